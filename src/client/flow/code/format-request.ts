import type { JsonObject } from "#core/json/json.ts";

/** Without the API key, which the code reads from the environment. */
export interface ApiRequest {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject | undefined;
}

export const API_KEY_VARIABLE = "RUNTYPE_API_KEY";

/** The body is a here-document: no special characters, and no limit of length. */
export function formatRequestAsCurl({ method, url, headers, body }: ApiRequest): string {
  const lines = [
    `curl -sS --fail-with-body -X ${method} ${quoteForShell(url)}`,
    `-H "Authorization: Bearer $${API_KEY_VARIABLE}"`,
    ...Object.entries(listHeaders(headers, body)).map(
      ([name, value]) => `-H ${quoteForShell(`${name}: ${value}`)}`,
    ),
  ];
  // Formatted JSON never has the line `JSON`, so the body cannot end the here-document early.
  const input = body === undefined ? [] : [`--data-binary @- <<'JSON'\n${formatJson(body)}\nJSON`];
  return `${[...lines, ...input].join(" \\\n  ")}\n`;
}

/**
 * Writes the request with `fetch`, as a module that Node.js runs as TypeScript or JavaScript, and that compiles without
 * any package: `Object` returns `any`, so that `process` needs no types of Node.js.
 */
export function formatRequestAsTypeScript({ method, url, headers, body }: ApiRequest): string {
  const lines = [
    "export {};",
    "const { process } = Object(globalThis);",
    `const response = await fetch(${formatJson(url)}, {`,
    `  method: "${method}",`,
    "  headers: {",
    `    Authorization: \`Bearer \${process.env.${API_KEY_VARIABLE}}\`,`,
    ...Object.entries(listHeaders(headers, body)).map(
      ([name, value]) => `    ${formatJson(name)}: ${formatJson(value)},`,
    ),
    "  },",
    ...(body === undefined
      ? []
      : [`  body: JSON.stringify(${formatLiteral(body).replaceAll("\n", "\n  ")}),`]),
    "});",
    "if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);",
    "console.log(await response.json());",
  ];
  return `${lines.join("\n")}\n`;
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function listHeaders(headers: ApiRequest["headers"], body: ApiRequest["body"]): ApiRequest["headers"] {
  return { ...(body !== undefined && { "Content-Type": "application/json" }), ...headers };
}

/** Characters that terminals drop or reorder, without zero-width joiners, which emoji contain. */
const INVISIBLE = /[\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/** Formats a value as JSON with the invisible characters of its texts as escapes. */
function formatJson(value: JsonObject | string): string {
  return JSON.stringify(value, null, 2).replaceAll(
    INVISIBLE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** Formats an object as a literal. A key `__proto__` is computed, because it would otherwise set the prototype. */
function formatLiteral(value: JsonObject): string {
  return formatJson(value).replaceAll(/^( *)"__proto__":/gm, '$1["__proto__"]:');
}
