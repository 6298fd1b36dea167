import type { StepKey } from "#core/document/flow-document.ts";
import {
  type JsonObject,
  type JsonPath,
  type JsonValue,
  isEqualJson,
  isJsonObject,
} from "#core/json/json.ts";
import type { ConflictChoices, FieldConflict } from "./conflict.ts";
import { mergeText } from "./merge-text.ts";

interface FieldMerge {
  readonly key: StepKey | undefined;
  readonly choices: ConflictChoices;
  readonly conflicts: FieldConflict[];
}

/** The most likely first. If they lead to different results, the merge reports a conflict. */
export type PossibleMergeBases<T> = readonly [T, ...T[]];

export interface ThreeWayMergeInput<T, B = T> {
  readonly bases: PossibleMergeBases<B>;
  readonly mine: T;
  readonly theirs: T;
}

type Value = JsonValue | undefined;

/** If both sides changed it, objects merge by key and texts by line, and other values conflict. */
export function mergeJsonValue(
  merge: FieldMerge,
  path: JsonPath,
  { bases, mine, theirs }: ThreeWayMergeInput<Value>,
): Value {
  if (isEqualJson(mine, theirs) || bases.every((base) => isEqualJson(base, theirs))) return mine;
  if (bases.every((base) => isEqualJson(base, mine))) return theirs;
  if (isJsonObject(mine) && isJsonObject(theirs)) {
    const objects = mapMergeBases(bases, (base) => (isJsonObject(base) ? base : {}));
    return mergeJsonObject(merge, path, { bases: objects, mine, theirs });
  }
  if (typeof mine === "string" && typeof theirs === "string") {
    const texts = bases.map((base) => (typeof base === "string" ? mergeText(base, mine, theirs) : undefined));
    if (texts[0] !== undefined && texts.every((text) => text === texts[0])) return texts[0];
  }
  const [base] = bases;
  const { key, choices, conflicts } = merge;
  const id = JSON.stringify(["field", key ?? null, ...path]);
  conflicts.push({ type: "field", id, key, path, base, mine, theirs, preset: "mine" });
  const choice = choices.get(id) ?? "mine";
  if (typeof choice === "object") return choice.value;
  return choice === "mine" ? mine : theirs;
}

export function mergeJsonObject(
  merge: FieldMerge,
  path: JsonPath,
  { bases, mine, theirs }: ThreeWayMergeInput<JsonObject>,
): JsonObject {
  const names = [...Object.keys(mine), ...Object.keys(theirs).filter((name) => !Object.hasOwn(mine, name))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const read = (object: JsonObject) => (Object.hasOwn(object, name) ? object[name] : undefined);
      const sides = { bases: mapMergeBases(bases, read), mine: read(mine), theirs: read(theirs) };
      const value = mergeJsonValue(merge, [...path, name], sides);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

export function mapMergeBases<T, U>(
  [first, ...others]: PossibleMergeBases<T>,
  map: (base: T) => U,
): PossibleMergeBases<U> {
  return [map(first), ...others.map(map)];
}
