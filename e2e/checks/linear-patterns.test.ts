import { expect, test } from "vitest";
import plugin from "./linear-patterns.mjs";

function messagesOf(rule: "linear" | "written-out", node: object): readonly string[] {
  const messages: string[] = [];
  const visitors = plugin.rules[rule].create({
    report: ({ message }: { readonly message: string }) => messages.push(message),
  }) as Readonly<Record<string, (node: object) => void>>;
  for (const visit of Object.values(visitors).slice(0, 1)) visit(node);
  return messages;
}

const literal = (source: string, flags = "") =>
  messagesOf("linear", { type: "Literal", regex: { pattern: source, flags } });

const made = (...args: readonly object[]) =>
  messagesOf("written-out", { callee: { name: "RegExp" }, arguments: args });

test.each([
  [String.raw`^\s*\`\`\`(?:json)?\s*\n([\s\S]*?)\n\s*\`\`\`\s*$`, "i"],
  [String.raw`^\s*secret\s*:\s*(.*?)\s*$`, ""],
  [String.raw`\s+$`, ""],
  [String.raw`^(a+)+$`, ""],
])("rejects /%s/%s, whose running time is superlinear", (source, flags) => {
  expect(literal(source, flags)).toHaveLength(1);
});

test.each([[String.raw`^\s+`], ["[.*+?^${}()|[\\]\\\\/]"], [String.raw`\{\{+|\}\}`]])(
  "accepts /%s/, whose running time is linear",
  (source) => {
    expect(literal(source)).toEqual([]);
  },
);

test("rejects new RegExp with a computed pattern, and checks a literal pattern", () => {
  expect(made({ type: "Identifier", name: "pattern" })).toHaveLength(1);
  expect(made({ type: "Literal", value: "(a+)+$" })).toHaveLength(1);
  expect(made({ type: "Literal", value: "^a+$" })).toEqual([]);
});
