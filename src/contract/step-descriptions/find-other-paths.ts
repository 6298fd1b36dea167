import type { StepDescription } from "#contract/step-description.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json.ts";
import { BRANCHES } from "#core/flow-document.ts";

/**
 * What no field of the form shows: the paths in `config` of keys that the description does not name, each as short as
 * it can be. What the editor shows elsewhere (error handling, the steps of a conditional) is left out.
 */
export function findOtherPaths(description: StepDescription, config: JsonObject): readonly JsonPath[] {
  const shown: readonly JsonPath[] = [
    ...description.fields.flatMap(({ path, aliases = [] }) => [path, ...aliases]),
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
