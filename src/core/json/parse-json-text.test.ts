import { expect, test } from "vitest";
import { parseJsonText } from "./parse-json-text.ts";

test("returns the value of a valid JSON text with its keys in order", () => {
  const reading = parseJsonText('{"b": 1, "a": {"__proto__": 2}}');
  expect(reading.type).toBe("value");
  expect(reading.type === "value" && JSON.stringify(reading.value)).toBe('{"b":1,"a":{"__proto__":2}}');
});

test("reports a syntax error with its line and column", () => {
  const reading = parseJsonText('{\n  "model": "x"\n  "temperature": 1\n}');
  expect(reading).toMatchObject({ type: "broken", offset: 19 });
  expect(reading.type === "broken" && reading.message).toContain("(line 3, column 3).");
});

test("reports a value that cannot be stored with its position", () => {
  const reading = parseJsonText('{\n  "a": 1,\n  "big": [12345678901234567890]\n}');
  expect(reading).toMatchObject({ type: "broken", offset: 22 });
  expect(reading.type === "broken" && reading.message).toContain("(line 3, column 11).");
});
