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

/** Three values of one field as one: what only one side changed, else object by keys and text by lines, else a choice. */
export function mergeValue(
  merge: FieldMerge,
  path: JsonPath,
  base: JsonValue | undefined,
  mine: JsonValue | undefined,
  theirs: JsonValue | undefined,
): JsonValue | undefined {
  if (equalJson(mine, theirs) || equalJson(base, theirs)) return mine;
  if (equalJson(base, mine)) return theirs;
  if (isJsonObject(mine) && isJsonObject(theirs))
    return mergeObject(merge, path, isJsonObject(base) ? base : {}, mine, theirs);
  if (typeof base === "string" && typeof mine === "string" && typeof theirs === "string") {
    const text = mergeText(base, mine, theirs);
    if (text !== undefined) return text;
  }
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
  base: JsonObject,
  mine: JsonObject,
  theirs: JsonObject,
): JsonObject {
  const names = [...Object.keys(mine), ...Object.keys(theirs).filter((name) => !Object.hasOwn(mine, name))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const [was, here, there] = [base, mine, theirs].map((object) =>
        Object.hasOwn(object, name) ? object[name] : undefined,
      );
      const value = mergeValue(merge, [...path, name], was, here, there);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
