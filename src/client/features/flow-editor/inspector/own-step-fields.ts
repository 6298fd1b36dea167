import * as z from "zod/mini";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { writeStep } from "#core/format-flow.ts";
import { isJsonObject } from "#core/json.ts";
import { stepWhen } from "#core/step.ts";
import { parseJsonText } from "#core/parse-json-text.ts";
import { type FieldReading, type StepField, asText } from "./step-field.ts";

const name = z.string().check(z.refine((text) => text.trim() !== "", "A step needs a name."));
const when = z
  .string()
  .check(z.maxLength(FLOW_LIMITS.when, `A condition has ${FLOW_LIMITS.when} characters at most.`));

/** What every step has beside its config. A text that does not fit these is refused by the server, so it waits. */
export const nameField: StepField = {
  id: "name",
  read: ({ fields }) => (typeof fields["name"] === "string" ? fields["name"] : ""),
  format: asText,
  parse: (text) => readText(name, text),
  edit: (value, { key }) => ({ type: "renameStep", key, name: asText(value) }),
  waits: false,
};

export const whenField: StepField = {
  id: "when",
  read: stepWhen,
  format: asText,
  parse: (text) => readText(when, text),
  edit: (value, { key }) => ({ type: "setWhen", key, when: asText(value) }),
  waits: true,
};

/**
 * The whole config as JSON, the lists of a conditional included. Their steps are without `order`: moving one in the text
 * moves it, where a number would put it back.
 */
export const configField: StepField = {
  id: "config",
  read: (step) => writeStep(step)["config"] ?? {},
  format: (config) => JSON.stringify(config, null, 2),
  parse: parseConfigText,
  edit: (value, { key }) => ({ type: "setConfig", key, path: [], value }),
  waits: true,
};

function parseConfigText(text: string): FieldReading {
  const reading = parseJsonText(text);
  if (reading.type === "broken" || isJsonObject(reading.value)) return reading;
  return { type: "broken", message: "A config is an object: { … }.", offset: 0 };
}

function readText(schema: z.ZodMiniType<string>, text: string): FieldReading {
  const { success, error } = schema.safeParse(text);
  if (success) return { type: "value", value: text };
  return { type: "broken", message: error.issues[0]?.message ?? "This does not fit." };
}
