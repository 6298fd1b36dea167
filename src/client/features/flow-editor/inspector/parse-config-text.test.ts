import { expect, test } from "vitest";
import { parseConfigText } from "./parse-config-text.ts";

test("a text that parses is the config, keys in the order they were typed", () => {
  const result = parseConfigText('{"b": 1, "a": {"__proto__": 2}}');
  expect(result.type).toBe("parsed");
  expect(result.type === "parsed" && JSON.stringify(result.config)).toBe('{"b":1,"a":{"__proto__":2}}');
});

test("a fault is told with its line and column", () => {
  const result = parseConfigText('{\n  "model": "x"\n  "temperature": 1\n}');
  expect(result).toMatchObject({ type: "broken", offset: 19 });
  expect(result.type === "broken" && result.message).toContain("line 3, column 3");
});

test.each([
  ["", "line 1, column 1"],
  ["[1]", "A config is an object"],
  ["null", "A config is an object"],
  ['{"n": 12345678901234567890}', "12345678901234567890"],
  ['{"n": "\\u0000"}', "NUL"],
  ["{nope}", "line 1, column 2"],
])("%s is refused with a reason", (text, reason) => {
  const result = parseConfigText(text);
  expect(result.type === "broken" && result.message).toContain(reason);
});
