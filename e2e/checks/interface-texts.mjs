// Lists the texts that people may see, with file and line, to be read from beginning to end: JSX text, and strings that
// read like a label or a sentence. `npm run texts -- [words]` prints those that contain the words.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseSync } from "vite";

/** Attributes, properties and callees whose strings are never shown. */
const HIDDEN = new Set([
  "className", "class", "type", "key", "id", "name", "role", "href", "rel", "d", "viewBox", "fill", "stroke", "sql",
  "querySelector", "querySelectorAll", "closest", "matches", "prepare", "exec", "addEventListener", "setAttribute",
  "transform", "animation", "transition", "preserveAspectRatio", "mediaType", "contentType", "userAgent",
]); // prettier-ignore
/** Attributes and properties whose single words are shown. */
const SHOWN = new Set([
  "label", "title", "placeholder", "hint", "description", "text", "message", "heading", "summary", "aria-label",
  "confirm", "cancel", "verb", "noun", "empty", "help", "caption", "header", "tooltip", "unit", "note",
]); // prettier-ignore

/**
 * @typedef {{ line: number, text: string }} InterfaceText
 * @typedef {{ type: string, start: number, [key: string]: unknown }} Node
 */

/**
 * @param {string} path
 * @param {string} source
 * @returns {InterfaceText[]}
 */
export function extractInterfaceTexts(path, source) {
  const { program } = parseSync(path, source);
  /** @type {InterfaceText[]} */
  const texts = [];
  const lineAt = (/** @type {number} */ offset) => source.slice(0, offset).split("\n").length;
  const add = (/** @type {Node} */ node, /** @type {string} */ text, /** @type {boolean} */ isShown) => {
    const flat = text.replaceAll(/\s+/g, " ").trim();
    if (isShown ? /\p{L}/u.test(flat) : isProse(flat)) texts.push({ line: lineAt(node.start), text: flat });
  };
  /** @type {(node: Node, context: string | undefined) => void} */
  const visit = (node, context) => {
    if (HIDDEN.has(context ?? "")) return;
    const isShown = SHOWN.has(context ?? "");
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "TSLiteralType":
      case "TSTypeAliasDeclaration":
      case "TSInterfaceDeclaration":
        return;
      case "JSXText":
        return add(node, String(node["value"]), true);
      case "Literal":
        if (typeof node["value"] === "string") add(node, node["value"], isShown);
        return;
      case "TemplateLiteral": {
        const quasis = /** @type {{ value: { cooked: string } }[]} */ (node["quasis"]);
        const expressions = /** @type {Node[]} */ (node["expressions"]);
        const parts = quasis.map(({ value }, index) => {
          const expression = expressions[index];
          return (
            value.cooked +
            (expression ? `{${source.slice(expression.start, Number(expression["end"]))}}` : "")
          );
        });
        add(node, parts.join(""), isShown);
        for (const expression of expressions) visit(expression, undefined);
        return;
      }
    }
    for (const [name, child] of Object.entries(node))
      for (const inner of [child].flat())
        if (isNode(inner))
          visit(
            inner,
            name === "value" || name === "init" ? (nameOf(node) ?? context) : contextOf(node, name, context),
          );
  };
  visit(/** @type {Node} */ (/** @type {unknown} */ (program)), undefined);
  return texts;
}

/** @type {(node: Node, child: string, context: string | undefined) => string | undefined} */
function contextOf(node, child, context) {
  if (node.type === "CallExpression" || node.type === "TaggedTemplateExpression") {
    const callee = /** @type {Node} */ (node["callee"] ?? node["tag"]);
    const last = /** @type {Node} */ (callee["property"] ?? callee);
    return typeof last["name"] === "string" ? last["name"] : undefined;
  }
  const passesOn = [
    "ConditionalExpression",
    "LogicalExpression",
    "JSXExpressionContainer",
    "ParenthesizedExpression",
  ];
  return passesOn.includes(node.type) && child !== "test" ? context : undefined;
}

/** @type {(node: Node) => string | undefined} */
function nameOf(node) {
  const name = /** @type {Node | undefined} */ (node["name"] ?? node["key"] ?? node["id"]);
  if (!isNode(name)) return undefined;
  const text = name["name"] ?? name["value"];
  return typeof text === "string" ? text : undefined;
}

/**
 * @param {unknown} value
 * @returns {value is Node}
 */
function isNode(value) {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** @param {string} text */
function isProse(text) {
  if (
    /^(?:select|insert|update|delete|with|create|alter|drop|lock|set|from|where|and|order by)\b.*\b/i.test(
      text,
    ) &&
    /\b(?:from|set|where|table|index|on|values|as)\b.*[_$(=]/.test(text)
  )
    return false;
  const words = text
    .replaceAll(/\{[^{}]*\}/g, " x ")
    .split(" ")
    .filter((word) => /^[“(]?[\p{L}\d’']+[.,:;!?…”)]*$/u.test(word));
  if (/^\p{Lu}[\p{Ll}’]+[.…!?]?$/u.test(text)) return true;
  return words.length >= 2 && words.length >= text.split(" ").length / 2;
}

/** @param {string} folder @returns {Generator<string>} */
function* sourcesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "testing") yield* sourcesIn(path);
    } else if (/\.(?:tsx?|mjs)$/.test(path) && !/\.test\.|\.d\.ts$/.test(path)) yield path;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const wanted = process.argv.slice(2).join(" ").toLowerCase();
  for (const path of sourcesIn("src"))
    for (const { line, text } of extractInterfaceTexts(path, readFileSync(path, "utf8")))
      if (text.toLowerCase().includes(wanted)) console.log(`${path}:${line}\t${text}`);
}
