import { expect, test } from "vitest";
import { applyCommand } from "#core/command.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
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

test("a nested step that is moved in the JSON of its conditional is moved, numbered or not", () => {
  const nested = [buildStep("queue", { order: 0 }), buildStep("hide", { order: 1 })];
  const document = parseFlow(buildFlow("Digest", [buildConditional("route", nested)]));
  const [route] = document.steps;
  if (!route) return expect.unreachable();
  const config = configField.read(route) as { readonly trueSteps: readonly JsonObject[] };
  const moved = applyCommand(
    document,
    configField.edit({ ...config, trueSteps: config.trueSteps.toReversed() }, route),
  );
  expect(moved.steps[0]?.branches?.trueSteps?.map(({ key }) => key)).toEqual(["hide", "queue"]);
  expect(applyCommand(document, configField.edit(config, route))).toBe(document);
});
