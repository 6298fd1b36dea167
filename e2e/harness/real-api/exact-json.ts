// `JSON.parse` rounds numbers, while the real API stores the JSON as it was sent. Numbers that JavaScript would change
// are kept as marked texts.

const MARK = "exact-number:";

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

export function parseExactJson(text: string): unknown {
  return JSON.parse(
    text.replace(TOKEN, (token) =>
      token.startsWith('"') || String(Number(token)) === token ? token : `"${MARK}${token}"`,
    ),
  );
}

export function stringifyExactJson(value: unknown): string {
  return JSON.stringify(value).replace(TOKEN, (token) =>
    token.startsWith(`"${MARK}`) ? token.slice(MARK.length + 1, -1) : token,
  );
}

/** Returns a string unchanged, an empty string for an absent value, and JSON for other values. */
export function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
