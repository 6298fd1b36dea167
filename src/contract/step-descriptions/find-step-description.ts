import * as z from "zod/mini";
import type {
  StepFieldControlDescription,
  StepConfigFieldDescription,
  StepTypeDescription,
} from "#contract/step-description.ts";
import { type JsonObject, type JsonPath, getJsonAtPath } from "#core/json/json.ts";
import type { StepTypeReferenceFieldPaths, StepTypeLookup } from "#core/references/reference.ts";
import { errorHandlingSchema } from "./error-handling.ts";
import { findFieldPathInStepConfig } from "./find-field-path.ts";
import { STEP_DESCRIPTIONS } from "./step-descriptions.ts";

const byType: ReadonlyMap<string, StepTypeDescription> = new Map(
  Object.values(STEP_DESCRIPTIONS)
    .flat()
    .map((step) => [step.type, step]),
);

/** Returns undefined for a type without a description; its config is edited as JSON. */
export function findStepDescription(type: string): StepTypeDescription | undefined {
  return byType.get(type);
}

/** Checks the error handling and every described field under the spelling that the config uses. Ignores other keys. */
export function createStepConfigSchema(description: StepTypeDescription) {
  return z.looseObject({}, "The config must be a JSON object.").check((payload) => {
    const config = payload.value as JsonObject;
    const check = (path: JsonPath, schema: z.core.$ZodType) => {
      const { error } = z.safeParse(schema, getJsonAtPath(config, path));
      for (const { message, path: inside } of error?.issues ?? []) {
        payload.issues.push({ code: "custom", message, path: [...path, ...inside], input: config });
      }
    };
    for (const field of description.fields) check(findFieldPathInStepConfig(field, config), field.schema);
    if (!description.lacksErrorHandling) check(["errorHandling"], z.optional(errorHandlingSchema));
  });
}

/** Adds `outputVariable`, which every step type has. Without the readers of texts, which load parsers. */
export const describedStepTypes: Omit<StepTypeLookup, "readers"> = {
  referenceFields: (type) => referenceFields.get(type) ?? OTHERS,
  checkConfig: (type, config) => {
    const schema = configSchemas.get(type);
    const { error } = schema ? z.safeParse(schema, config ?? {}) : {};
    return (error?.issues ?? []).map(({ message, path }) => ({ message, path: path as JsonPath }));
  },
  findConfigNotes: (type, config) => byType.get(type)?.findNotes?.(config) ?? [],
  takesRecord: (type, config) => byType.get(type)?.takesRecord?.(config) === true,
  needOf: (type) => byType.get(type)?.needs,
  sendsRequest: (type) => byType.get(type)?.sendsRequest === true,
  now: () => Date.now(),
};

const configSchemas = new Map([...byType].map(([type, step]) => [type, createStepConfigSchema(step)]));

const OTHERS: StepTypeReferenceFieldPaths = { ...listReferenceFields([]), isUnknown: true };

const referenceFields: ReadonlyMap<string, StepTypeReferenceFieldPaths> = new Map(
  [...byType].map(([type, { fields }]) => [type, listReferenceFields(fields)]),
);

function listReferenceFields(fields: readonly StepConfigFieldDescription[]): StepTypeReferenceFieldPaths {
  const pathsOf = (holds: (control: StepFieldControlDescription) => boolean) =>
    fields.filter(({ control }) => holds(control)).flatMap(({ path, aliases = [] }) => [path, ...aliases]);
  const outputs = pathsOf(({ type }) => type === "output");
  return {
    scripts: pathsOf(({ type }) => type === "script" || type === "condition"),
    conditions: pathsOf(({ type }) => type === "condition"),
    liquid: pathsOf(
      (control) => control.type === "liquid" || (control.type === "pairs" && control.liquid === "templates"),
    ),
    liquidInputs: pathsOf((control) => control.type === "pairs" && control.liquid === "inputs"),
    variables: pathsOf(({ type }) => type === "variable"),
    outputs: outputs.some(([key]) => key === "outputVariable") ? outputs : [...outputs, ["outputVariable"]],
  };
}
