import { expect, test } from "vitest";
import { configField } from "./own-step-fields.ts";

test.each([
  ["", "line 1, column 1"],
  ["[1]", "A config is an object"],
  ["null", "A config is an object"],
  ['{"n": 12345678901234567890}', "12345678901234567890"],
  ['{"n": "\\u0000"}', "NUL"],
  ["{nope}", "line 1, column 2"],
  ["{} trailing", "line 1, column 4"],
])("%s is no config, and the reason is said", (text, reason) => {
  const reading = configField.parse(text);
  expect(reading.type === "broken" && reading.message).toContain(reason);
});
