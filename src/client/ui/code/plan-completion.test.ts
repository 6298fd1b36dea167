import { expect, test } from "vitest";
import { planCompletion, planInsertion, readTypedPath } from "./plan-completion.ts";

test.each([
  ["Hi {{", [], ""],
  ["Hi {{ na", [], "na"],
  ["{{user-name.first-na", ["user-name"], "first-na"],
  ["{{order['last order'].to", ["order", "last order"], "to"],
  [`{{order["a.b"].`, ["order", "a.b"], ""],
])("reads the path and the typed name of %j", (before, path, typed) => {
  expect(readTypedPath(before)).toEqual({ path, typed });
});

test.each(["{{.", "{{a..", "{{rows[0]", "{{a}}.b", "no braces", "{{a['b"])(
  "reads no name of %j",
  (before) => {
    expect(readTypedPath(before)).toBeUndefined();
  },
);

/** `‸` marks the caret in a text. */
const at = (marked: string) => ({ text: marked.replace("‸", ""), caret: marked.indexOf("‸") });
const apply = (text: string, change: ReturnType<typeof planCompletion>) =>
  change &&
  [
    text.slice(0, change.from),
    change.insert.slice(0, change.caret - change.from),
    change.caret - change.from <= change.insert.length ? "‸" : "",
    change.insert.slice(change.caret - change.from),
    text.slice(change.to),
  ].join("");

test.each([
  ["{{na‸", "name", "{{name}}‸"],
  ["{{na‸me.first}}", "other", "{{other‸.first}}"],
  ["{{ na‸me | upcase }}", "other", "{{ other‸ | upcase }}"],
  ["{{order.‸", "a.b", "{{order['a.b']}}‸"],
  ["{{order['last order'].to‸", "total", "{{order['last order'].total}}‸"],
])("completing %j with %j writes %j", (marked, name, expected) => {
  const { text, caret } = at(marked);
  const typed = readTypedPath(text.slice(0, caret))?.typed ?? "";
  const change = planCompletion(text, { from: caret - typed.length, to: caret }, name, "template");
  expect(apply(text, change)).toBe(expected);
});

test("completing a name in closed braces replaces the name's rest and moves the caret behind the braces", () => {
  const text = "Dear {{ name }}, hello";
  const from = text.indexOf("name");
  const change = planCompletion(text, { from, to: from + 2 }, "other", "template");
  expect(change).toEqual({ from, to: from + 4, insert: "other", caret: from + "other }}".length });
});

test.each([
  ["Dear ‸!", "Dear {{order['a.b']}}‸!"],
  ["Dear {{na‸", "Dear {{order['a.b']}}‸"],
  ["{{ old‸ | upcase }}", "{{ order['a.b']‸ | upcase }}"],
  ["{{ loose text‸", "{{ loose text{{order['a.b']}}‸"],
])("inserting a variable into %j writes %j", (marked, expected) => {
  const { text, caret } = at(marked);
  expect(apply(text, planInsertion(text, { from: caret, to: caret }, "order['a.b']"))).toBe(expected);
});

test.each(["{{ol‸d}}", "{{‸old.path}}", "{{old['x‸ y'].z}}", "{{Fetch pa‸ge}}", "{{‸}}", "{{old.‸}}"])(
  "inserting a variable into %j replaces the whole path",
  (marked) => {
    const { text, caret } = at(marked);
    const change = planInsertion(text, { from: caret, to: caret }, "new");
    expect(text.slice(0, change.from) + change.insert + text.slice(change.to)).toBe("{{new}}");
    expect(change.caret).toBe("{{new}}".length);
  },
);
