const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  "'": "'",
  '"': '"',
  "`": "`",
  "\\": "\\",
};

/** Reads a string literal in single or double quotes; undefined for other code and for rare escapes. */
export function parseScriptString(source: string): string | undefined {
  if (!/^['"]/.test(source)) return undefined;
  let isKnown = true;
  const text = source
    .slice(1, -1)
    .replaceAll(/\\(?:u([\da-fA-F]{4})|(.))/gsu, (_, hex?: string, char = "") => {
      const plain = hex === undefined ? ESCAPES[char] : String.fromCharCode(Number.parseInt(hex, 16));
      isKnown &&= plain !== undefined;
      return plain ?? "";
    });
  return isKnown ? text : undefined;
}

/** Writes a string literal. Escapes characters that cannot be stored or that would end a line. */
export function quoteScriptString(text: string, quote = "'"): string {
  const escaped = text
    .replaceAll("\\", String.raw`\\`)
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll(/[\p{Cc}\p{Surrogate}\u2028\u2029]/gu, (char) => {
      return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
    });
  return quote + escaped + quote;
}
