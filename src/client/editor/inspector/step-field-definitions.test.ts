import { expect, test } from "vitest";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { stepConfigJsonFieldDefinition } from "./step-field-definitions.ts";

test.each([
  ["", "line 1, column 1"],
  ["[1]", "Config must be an object"],
  ["null", "Config must be an object"],
  ['{"n": 12345678901234567890}', "12345678901234567890"],
  ['{"n": "\\u0000"}', "NUL"],
  ["{nope}", "line 1, column 2"],
  ["{} trailing", "line 1, column 4"],
])("a step's config is rejected if its text is %j, because of: %s", (text, reason) => {
  const reading = stepConfigJsonFieldDefinition.parse(text);
  expect(reading.type === "broken" && reading.message).toContain(reason);
});

test("reordering nested steps in the JSON of their conditional moves them, with or without order numbers", () => {
  const nested = [buildStep("queue", { order: 0 }), buildStep("hide", { order: 1 })];
  const document = parseFlowDocument(buildFlow("Digest", [buildConditional("route", nested)]));
  const [route] = document.steps;
  if (!route) return expect.unreachable();
  const config = stepConfigJsonFieldDefinition.read(route) as { readonly trueSteps: readonly JsonObject[] };
  const moved = applyEditCommand(
    document,
    stepConfigJsonFieldDefinition.edit({ ...config, trueSteps: config.trueSteps.toReversed() }, route),
  );
  expect(moved.steps[0]?.branches?.trueSteps?.map(({ key }) => key)).toEqual(["hide", "queue"]);
  expect(applyEditCommand(document, stepConfigJsonFieldDefinition.edit(config, route))).toBe(document);
});
