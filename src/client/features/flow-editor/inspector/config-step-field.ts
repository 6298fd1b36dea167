import * as z from "zod/mini";
import type { FieldControl, FieldDescription } from "#contract/step-description.ts";
import { findSpelling } from "#contract/step-descriptions/find-field-path.ts";
import type { StepNode } from "#core/flow-document.ts";
import { type JsonObject, type JsonPath, getAtPath, isJsonObject } from "#core/json.ts";
import { stepConfig } from "#core/step.ts";
import { formatValue, parseFieldText } from "./field-text.ts";
import type { StepField } from "./step-field.ts";

export interface ConfigStepField extends StepField {
  /** Where the field is in the step's config: under the spelling that is there. */
  readonly path: (step: StepNode) => JsonPath;
}

/** Their texts may be long, or pass through what is no value on the way to one. */
const UNHURRIED: readonly FieldControl["type"][] = [
  "text",
  "prompt",
  "liquid",
  "script",
  "condition",
  "json",
  "pairs",
  "texts",
];

/**
 * A described field of a step's config. It is written where its value is, whichever spelling that is; once the value was
 * cleared, it goes back to where it was. `control` is another than the described one where that cannot show the value.
 */
export function configStepField(
  field: FieldDescription,
  control: FieldControl = field.control,
): ConfigStepField {
  let last: JsonPath = field.path;
  const find = (step: StepNode) => {
    last = findSpelling(field, stepConfig(step)) ?? last;
    return last;
  };
  const required = field.required ?? false;
  return {
    id: fieldId(field.path),
    path: find,
    read: (step) => getAtPath(stepConfig(step), find(step)),
    format: (value) => formatValue(control, value),
    parse: (text) => parseFieldText(control, text, required),
    edit: (value, step) => {
      const path = find(step);
      const at = value === undefined ? emptiedPath(stepConfig(step), path) : path;
      return { type: "setConfig", key: step.key, path: at, value };
    },
    check: (value) => z.safeParse(field.schema, value).error?.issues[0]?.message,
    waits: UNHURRIED.includes(control.type),
  };
}

export function fieldId(path: JsonPath): string {
  return ["config", ...path].join(".");
}

/** What goes when the value at `path` goes: objects that held nothing else go with it. */
function emptiedPath(config: JsonObject, path: JsonPath): JsonPath {
  const parent = getAtPath(config, path.slice(0, -1));
  const isOnlyKey = path.length > 1 && isJsonObject(parent) && Object.keys(parent).length === 1;
  return isOnlyKey ? emptiedPath(config, path.slice(0, -1)) : path;
}
