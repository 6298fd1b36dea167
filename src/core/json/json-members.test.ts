import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  addJsonMember,
  listJsonMembers,
  removeJsonMember,
  renameJsonMember,
  setJsonMember,
} from "./json-members.ts";

const TEXT = '{ "plan" : "pro",\n  "seats":1.50,"nested": {"a": [1, "}"]} }';

function list(text: string) {
  const members = listJsonMembers(text);
  if (!members) throw new Error(`no object: ${text}`);
  return members;
}

it("members are listed in the order of the text, also integer-like and repeated keys", () => {
  expect(list('{"b":1,"1":[],"b":"x"}').map(({ key, value }) => [key, value])).toEqual([
    ["b", 1],
    ["1", []],
    ["b", "x"],
  ]);
  expect(list(" {} ")).toEqual([]);
});

it.each(["[1]", "1", "", "{nope}", '{"a":1,}'])("no members are listed of %s", (text) => {
  expect(listJsonMembers(text)).toBeUndefined();
});

it("an edit of a member keeps the rest of the text", () => {
  const [plan, seats] = list(TEXT);
  if (!plan || !seats) throw new Error("members are missing");
  expect(setJsonMember(TEXT, plan, '"free"')).toBe(TEXT.replace('"pro"', '"free"'));
  expect(renameJsonMember(TEXT, seats, 'a "b"')).toBe(TEXT.replace('"seats"', String.raw`"a \"b\""`));
  expect(addJsonMember(TEXT, list(TEXT), "x", "2")).toBe(TEXT.replace("]} }", ']},"x": 2 }'));
  expect(removeJsonMember(TEXT, list(TEXT), 0)).toBe('{ "seats":1.50,"nested": {"a": [1, "}"]} }');
  expect(removeJsonMember(TEXT, list(TEXT), 2)).toBe('{ "plan" : "pro",\n  "seats":1.50 }');
});

it("a member is added to an empty object on its own line, like those before it", () => {
  const one = addJsonMember("{\n  \n}", [], "a", "1");
  expect(one).toBe('{\n  "a": 1\n}');
  expect(addJsonMember(one, list(one), "b", '"x"')).toBe('{\n  "a": 1,\n  "b": "x"\n}');
  expect(removeJsonMember(one, list(one), 0)).toBe("{}");
});

it("members of any object are those of its text", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.jsonValue())), fc.constantFrom(0, 2), (entries, indent) => {
      const inner = entries.map(
        ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value, null, indent)}`,
      );
      const members = list(`{${inner.join(" ,\n")}}`);
      const parsed: unknown = JSON.parse(JSON.stringify(entries));
      expect(members.map(({ key, value }) => [key, value])).toEqual(parsed);
    }),
  );
});
