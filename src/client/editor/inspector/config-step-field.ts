import * as z from "zod/mini";
import type { StepFieldControlDescription, StepConfigFieldDescription } from "#contract/step-description.ts";
import { findPathOfSetFieldInStepConfig } from "#contract/step-descriptions/find-field-path.ts";
import type { StepNode } from "#core/document/flow-document.ts";
import { type JsonObject, type JsonPath, getJsonAtPath, isJsonObject } from "#core/json/json.ts";
import { getStepConfig } from "#core/document/step.ts";
import { formatFieldValueForControl, parseTextOfFieldControl } from "./field-text.ts";
import type { StepFieldDefinition } from "./step-field.ts";

export interface ConfigStepField extends StepFieldDefinition {
  /**
   * Returns the path of the field's value in the step. If the API allows alternative keys for the field, the path
   * contains the key that the step's config uses.
   */
  readonly path: (step: StepNode) => JsonPath;
}

/**
 * Binds a described field to a step's config. If the API allows alternative keys for the field, writes the key in
 * use, even after its value was cleared. A text that was empty becomes empty again, not absent, so that typing and
 * undoing it changes nothing. `control` replaces the described control if that cannot show the value.
 */
export function createConfigStepField(
  field: StepConfigFieldDescription,
  control: StepFieldControlDescription = field.control,
): ConfigStepField {
  let last: JsonPath = field.path;
  const find = (step: StepNode) => {
    last = findPathOfSetFieldInStepConfig(field, getStepConfig(step)) ?? last;
    return last;
  };
  let keepsEmptyText = field.required ?? false;
  return {
    id: buildConfigFieldId(field.path),
    path: find,
    read: (step) => {
      const value = getJsonAtPath(getStepConfig(step), find(step));
      keepsEmptyText ||= value === "";
      return value;
    },
    format: (value) => formatFieldValueForControl(control, value),
    parse: (text) => parseTextOfFieldControl(control, text, keepsEmptyText),
    edit: (value, step) => {
      const path = find(step);
      const at = value === undefined ? emptiedPath(getStepConfig(step), path) : path;
      return { type: "setConfig", key: step.key, path: at, value };
    },
    check: (value) => z.safeParse(field.schema, value).error?.issues[0]?.message,
  };
}

export function buildConfigFieldId(path: JsonPath): string {
  return ["config", ...path].join(".");
}

/**
 * Returns the path to remove in order to remove the value at `path`: includes parent objects that would become empty.
 */
function emptiedPath(config: JsonObject, path: JsonPath): JsonPath {
  const parent = getJsonAtPath(config, path.slice(0, -1));
  const isOnlyKey = path.length > 1 && isJsonObject(parent) && Object.keys(parent).length === 1;
  return isOnlyKey ? emptiedPath(config, path.slice(0, -1)) : path;
}
