import type { StepKey } from "#core/flow-document.ts";
import { type JsonObject, type JsonPath, type JsonValue, equalJson, isJsonObject } from "#core/json.ts";
import type { Choices, FieldClash } from "./clash.ts";
import { mergeText } from "./merge-text.ts";

/** Where a value stands, and where to tell of what clashes. */
interface FieldMerge {
  readonly key: StepKey | undefined;
  readonly choices: Choices;
  readonly clashes: FieldClash[];
}

/** What was there before both sides, and what may have been instead: only what follows from each of them is certain. */
export type Bases<T> = readonly [T, ...T[]];

type Value = JsonValue | undefined;

/** Three values of one field as one: what only one side changed, else object by keys and text by lines, else a choice. */
export function mergeValue(
  merge: FieldMerge,
  path: JsonPath,
  bases: Bases<Value>,
  mine: Value,
  theirs: Value,
): Value {
  if (equalJson(mine, theirs) || bases.every((base) => equalJson(base, theirs))) return mine;
  if (bases.every((base) => equalJson(base, mine))) return theirs;
  if (isJsonObject(mine) && isJsonObject(theirs)) {
    const objects = mapBases(bases, (base) => (isJsonObject(base) ? base : {}));
    return mergeObject(merge, path, objects, mine, theirs);
  }
  if (typeof mine === "string" && typeof theirs === "string") {
    const texts = bases.map((base) => (typeof base === "string" ? mergeText(base, mine, theirs) : undefined));
    if (texts[0] !== undefined && texts.every((text) => text === texts[0])) return texts[0];
  }
  const [base] = bases;
  const { key, choices, clashes } = merge;
  const id = JSON.stringify(["field", key ?? null, ...path]);
  clashes.push({ type: "field", id, key, path, base, mine, theirs, preset: "mine" });
  const choice = choices.get(id) ?? "mine";
  if (typeof choice === "object") return choice.value;
  return choice === "mine" ? mine : theirs;
}

/** The keys stand as mine has them; those that only theirs has follow. */
export function mergeObject(
  merge: FieldMerge,
  path: JsonPath,
  bases: Bases<JsonObject>,
  mine: JsonObject,
  theirs: JsonObject,
): JsonObject {
  const names = [...Object.keys(mine), ...Object.keys(theirs).filter((name) => !Object.hasOwn(mine, name))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const read = (object: JsonObject) => (Object.hasOwn(object, name) ? object[name] : undefined);
      const value = mergeValue(merge, [...path, name], mapBases(bases, read), read(mine), read(theirs));
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

export function mapBases<T, U>([first, ...others]: Bases<T>, map: (base: T) => U): Bases<U> {
  return [map(first), ...others.map(map)];
}
