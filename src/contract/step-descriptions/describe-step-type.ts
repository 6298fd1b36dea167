import * as z from "zod/mini";
import type { FieldControl, FieldDescription, StepDescription } from "#contract/step-description.ts";
import { type JsonObject, type JsonPath, getAtPath } from "#core/json.ts";
import type { ReferenceFields, StepTypes } from "#core/references/reference.ts";
import { actionSteps } from "./action-steps.ts";
import { aiSteps } from "./ai-steps.ts";
import { apiSteps } from "./api-steps.ts";
import { contextSteps } from "./context-steps.ts";
import { controlSteps } from "./control-steps.ts";
import { errorHandling } from "./error-handling.ts";
import { findFieldPath } from "./find-field-path.ts";
import { memorySteps } from "./memory-steps.ts";
import { recordSteps } from "./record-steps.ts";
import { replySteps } from "./reply-steps.ts";

const ALL_STEPS: readonly StepDescription[] = [
  ...aiSteps,
  ...memorySteps,
  ...contextSteps,
  ...apiSteps,
  ...actionSteps,
  ...recordSteps,
  ...replySteps,
  ...controlSteps,
];

const byType: ReadonlyMap<string, StepDescription> = new Map(ALL_STEPS.map((step) => [step.type, step]));

/** Undefined for a type that has no description: its config is edited as JSON. */
export function findStepDescription(type: string): StepDescription | undefined {
  return byType.get(type);
}

/**
 * A check of a whole config: every documented field, under whichever of its spellings is there, and the handling of
 * errors. It says nothing about keys that no field names.
 */
export function describedConfigSchema(description: StepDescription) {
  return z.looseObject({}, "The config must be a JSON object.").check((payload) => {
    const config = payload.value as JsonObject;
    const check = (path: JsonPath, schema: z.core.$ZodType) => {
      const { error } = z.safeParse(schema, getAtPath(config, path));
      for (const { message, path: inside } of error?.issues ?? []) {
        payload.issues.push({ code: "custom", message, path: [...path, ...inside], input: config });
      }
    };
    for (const field of description.fields) check(findFieldPath(field, config), field.schema);
    if (description.errorHandling) check(["errorHandling"], z.optional(errorHandling));
  });
}

/** The fields of each type that hold more than text with templates. `outputVariable` sets a variable in every type. */
export const stepTypes: StepTypes = {
  referenceFields: (type) => referenceFields.get(type) ?? OTHERS,
  checkConfig: (type, config) => {
    const schema = configSchemas.get(type);
    const { error } = schema ? z.safeParse(schema, config ?? {}) : {};
    return (error?.issues ?? []).map(({ message, path }) => ({ message, path: path as JsonPath }));
  },
  now: () => Date.now(),
};

const configSchemas = new Map([...byType].map(([type, step]) => [type, describedConfigSchema(step)]));

const OTHERS: ReferenceFields = { ...listReferenceFields([]), isUnknown: true };

const referenceFields: ReadonlyMap<string, ReferenceFields> = new Map(
  [...byType].map(([type, { fields }]) => [type, listReferenceFields(fields)]),
);

function listReferenceFields(fields: readonly FieldDescription[]): ReferenceFields {
  const pathsOf = (holds: (control: FieldControl) => boolean) =>
    fields.filter(({ control }) => holds(control)).flatMap(({ path, aliases = [] }) => [path, ...aliases]);
  const outputs = pathsOf(({ type }) => type === "output");
  return {
    scripts: pathsOf(({ type }) => type === "script" || type === "condition"),
    liquid: pathsOf(
      (control) => control.type === "liquid" || (control.type === "pairs" && control.liquid === "templates"),
    ),
    liquidInputs: pathsOf((control) => control.type === "pairs" && control.liquid === "inputs"),
    variables: pathsOf(({ type }) => type === "variable"),
    outputs: outputs.some(([key]) => key === "outputVariable") ? outputs : [...outputs, ["outputVariable"]],
  };
}
