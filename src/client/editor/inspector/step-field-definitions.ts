import * as z from "zod/mini";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { convertStepToJson } from "#core/document/format-flow.ts";
import { isJsonObject } from "#core/json/json.ts";
import { getStepCondition } from "#core/document/step.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import { type StepFieldParseResult, type StepFieldDefinition, getStringOrEmptyText } from "./step-field.ts";

const name = z.string().check(z.refine((text) => text.trim() !== "", "Name is required."));
const when = z
  .string()
  .check(z.maxLength(FLOW_LIMITS.when, `Conditions are limited to ${FLOW_LIMITS.when} characters.`));

export const stepNameFieldDefinition: StepFieldDefinition = {
  id: "name",
  read: ({ fields }) => (typeof fields["name"] === "string" ? fields["name"] : ""),
  format: getStringOrEmptyText,
  parse: (text) => readText(name, text),
  edit: (value, { key }) => ({ type: "renameStep", key, name: getStringOrEmptyText(value) }),
};

export const stepConditionFieldDefinition: StepFieldDefinition = {
  id: "when",
  read: getStepCondition,
  format: getStringOrEmptyText,
  parse: (text) => readText(when, text),
  edit: (value, { key }) => ({ type: "setWhen", key, when: getStringOrEmptyText(value) }),
};

/**
 * Edits the whole config as JSON, including the branches of a conditional step. The text contains no `order` of
 * nested steps, because their sequence determines the order.
 */
export const stepConfigJsonFieldDefinition: StepFieldDefinition = {
  id: "config",
  read: (step) => convertStepToJson(step)["config"] ?? {},
  format: (config) => JSON.stringify(config, null, 2),
  parse: parseConfigText,
  edit: (value, { key }) => ({ type: "setConfig", key, path: [], value }),
};

function parseConfigText(text: string): StepFieldParseResult {
  const reading = parseJsonText(text);
  if (reading.type === "broken" || isJsonObject(reading.value)) return reading;
  return { type: "broken", message: "Config must be an object: { … }.", offset: 0 };
}

function readText(schema: z.ZodMiniType<string>, text: string): StepFieldParseResult {
  const { success, error } = schema.safeParse(text);
  if (success) return { type: "value", value: text };
  return { type: "broken", message: error.issues[0]?.message ?? "Invalid value." };
}
