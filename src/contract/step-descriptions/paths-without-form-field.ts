import type { StepTypeDescription } from "#contract/step-description.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { BRANCH_NAMES } from "#core/document/flow-document.ts";
import { findFieldPathInStepConfig } from "./find-field-path.ts";

/** Edited as JSON. Excludes error handling and branches, which the editor shows elsewhere. */
export function listPathsWithoutFormField(
  description: StepTypeDescription,
  config: JsonObject,
): readonly JsonPath[] {
  const shown: readonly JsonPath[] = [
    ...description.fields.map((field) => findFieldPathInStepConfig(field, config)),
    ...(description.lacksErrorHandling ? [] : [["errorHandling"]]),
    ...(description.type === "conditional" ? BRANCH_NAMES.map((branch) => [branch]) : []),
  ];
  return findBeside(shown, config, []);
}

function findBeside(shown: readonly JsonPath[], value: JsonValue, path: JsonPath): readonly JsonPath[] {
  const below = shown.filter((place) => path.every((key, depth) => place[depth] === key));
  if (below.some((place) => place.length === path.length)) return [];
  if (below.length === 0 || !isJsonObject(value)) return [path];
  return Object.entries(value).flatMap(([key, inside]) => findBeside(below, inside, [...path, key]));
}
