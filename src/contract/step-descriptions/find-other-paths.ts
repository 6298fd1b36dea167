import type { StepDescription } from "#contract/step-description.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json.ts";
import { BRANCHES } from "#core/flow-document.ts";
import { findFieldPath } from "./find-field-path.ts";

/**
 * What no field of the form shows: the paths in `config` of keys that the description does not name, each as short as
 * it can be. A second spelling of a field that has its value under another one is among them; what the editor shows
 * elsewhere (error handling, the steps of a conditional) is not.
 */
export function findOtherPaths(description: StepDescription, config: JsonObject): readonly JsonPath[] {
  const shown: readonly JsonPath[] = [
    ...description.fields.map((field) => findFieldPath(field, config)),
    ...(description.errorHandling ? [["errorHandling"]] : []),
    ...(description.type === "conditional" ? BRANCHES.map((branch) => [branch]) : []),
  ];
  return findBeside(shown, config, []);
}

function findBeside(shown: readonly JsonPath[], value: JsonValue, path: JsonPath): readonly JsonPath[] {
  const below = shown.filter((place) => path.every((key, depth) => place[depth] === key));
  if (below.some((place) => place.length === path.length)) return [];
  if (below.length === 0 || !isJsonObject(value)) return [path];
  return Object.entries(value).flatMap(([key, inside]) => findBeside(below, inside, [...path, key]));
}
