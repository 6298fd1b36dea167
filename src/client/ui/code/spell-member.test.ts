import { expect, test } from "vitest";
import { spellMember } from "./spell-member.ts";

test.each([
  ["email", ".email"],
  ["größe", ".größe"],
  ["first-name", ".first-name"],
  ["0", ".0"],
  ["a.b", "['a.b']"],
  ["last order", "['last order']"],
  ["", "['']"],
  ["a|b+c", "['a|b+c']"],
  ["it's", `["it's"]`],
  ['say "hi"', `['say "hi"']`],
])("the member %j is spelled as %s in a template", (key, text) => {
  expect(spellMember(key, "template")).toBe(text);
});

test.each([`it's "it"`, "back\\slash", "{{x}}", "two\nlines"])("the member %j has no spelling", (key) => {
  expect(spellMember(key, "template")).toBeUndefined();
});

test("in JSON, the spelling of a member contains no double quotes, which would end the string", () => {
  expect(spellMember("a.b", "json")).toBe("['a.b']");
  expect(spellMember("it's", "json")).toBeUndefined();
  expect(spellMember('say "hi"', "json")).toBeUndefined();
});
