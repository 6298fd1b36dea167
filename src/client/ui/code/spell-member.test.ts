import { expect, test } from "vitest";
import { spellMember } from "./spell-member.ts";

test.each([
  ["email", ".email"],
  ["größe", ".größe"],
  ["first-name", ".first-name"],
  ["0", ".0"],
  ["a.b", '["a.b"]'],
  ["last order", '["last order"]'],
  ["it's", `["it's"]`],
  ["a|b+c", '["a|b+c"]'],
])("the member %j is spelled as %s", (key, text) => {
  expect(spellMember(key)).toBe(text);
});

test.each(['say "hi"', "back\\slash", "{{x}}"])("the member %j has no spelling", (key) => {
  expect(spellMember(key)).toBeUndefined();
});
