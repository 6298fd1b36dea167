import { BRANCH_NAMES } from "#core/document/flow-document.ts";
import { sortStepsByOrderProperty } from "#core/document/step-order.ts";
import {
  type JsonObject,
  type JsonPath,
  type JsonValue,
  copyObjectWithoutKey,
  isEqualJson,
  isJsonObject,
} from "#core/json/json.ts";

/** Between two responses of the API: the flow and the list of its steps. */
export interface StepFieldDifference {
  readonly step: JsonObject;
  readonly path: JsonPath;
}

export interface StepRowMerge {
  readonly steps: readonly JsonObject[];
  readonly differences: readonly StepFieldDifference[];
  /** Whether both lists have the same top-level steps. */
  readonly isSameList: boolean;
}

/** Fields that describe a row of `GET /v1/flow-steps/flow/:flowId` and that no writable step has. */
const ROW_FIELDS = new Set(["flowId", "userId", "organizationId", "createdAt", "updatedAt"]);

/** Fields of a step for which the API accepts no null, so that a null in a response means that the step has none. */
const STEP_FIELDS = new Set(["id", "name", "order", "enabled", "when", "config"]);

interface Place extends StepFieldDifference {
  readonly differences: StepFieldDifference[];
}

/** `rows` is another response with the same steps, whose own fields, values and order do not change. */
export function mergeStepRows(steps: readonly JsonObject[], rows: readonly JsonObject[]): StepRowMerge {
  const differences: StepFieldDifference[] = [];
  const pairs = pairItems(steps, rows);
  const isSameList = pairs !== undefined && steps.length === rows.length && !pairs.includes(undefined);
  const merged = mergeSteps(steps, pairs ?? [], { step: {}, path: [], differences });
  return { steps: merged, differences, isSameList };
}

function mergeSteps(
  steps: readonly JsonObject[],
  rows: readonly (JsonObject | undefined)[],
  place: Place,
): readonly JsonObject[] {
  const merged = steps.map((step, index) => {
    const row = rows[index];
    return row ? mergeStep(step, row, place) : step;
  });
  // Drops `order` values that only the rows have if they would change the order of the flow's steps.
  const isReordered =
    sortStepsByOrderProperty(merged) !== merged && sortStepsByOrderProperty(steps) === steps;
  if (!isReordered) return merged.every((step, index) => step === steps[index]) ? steps : merged;
  return merged.map((step, index) =>
    Object.hasOwn(steps[index] ?? {}, "order") ? step : copyObjectWithoutKey(step, "order"),
  );
}

function mergeStep(step: JsonObject, row: JsonObject, { path, differences }: Place): JsonObject {
  const isRow = path.length === 0;
  const isOwn = (key: string, value: JsonValue) => {
    if (key === "order") return !isRow && !Object.hasOwn(step, key);
    // Ignores the default, which every row contains, if the step of the flow has no `enabled`.
    if (isRow && key === "enabled" && value === true) return Object.hasOwn(step, key);
    return !isRow || !(ROW_FIELDS.has(key) || isNoValue(key, value));
  };
  const own = Object.fromEntries(Object.entries(row).filter(([key, value]) => isOwn(key, value)));
  if (own["type"] !== undefined && step["type"] !== undefined && own["type"] !== step["type"]) {
    differences.push({ step, path: ["type"] });
    return step;
  }
  const filled = Object.entries(step).map(([key, value]): [string, JsonValue] => {
    const isEmpty = isRow && isNoValue(key, value);
    return [key, isEmpty && Object.hasOwn(own, key) ? (own[key] as JsonValue) : value];
  });
  const isSame = filled.every(([key, value]) => value === step[key]);
  return mergeObject(isSame ? step : Object.fromEntries(filled), own, { step, path: [], differences });
}

const isNoValue = (key: string, value: JsonValue) => value === null && STEP_FIELDS.has(key);

function mergeObject(object: JsonObject, other: JsonObject, place: Place): JsonObject {
  const entries = Object.entries(object).map(([key, value]): [string, JsonValue] => {
    if (!Object.hasOwn(other, key)) return [key, value];
    return [key, mergeValue(value, other[key] as JsonValue, { ...place, path: [...place.path, key] })];
  });
  const added = Object.entries(other).filter(([key]) => !Object.hasOwn(object, key));
  const isSame = added.length === 0 && entries.every(([key, value]) => value === object[key]);
  return isSame ? object : Object.fromEntries([...entries, ...added]);
}

function mergeValue(value: JsonValue, other: JsonValue, place: Place): JsonValue {
  if (isJsonObject(value) && isJsonObject(other)) return mergeObject(value, other, place);
  if (Array.isArray(value) && Array.isArray(other)) return mergeLists(value, other, place);
  if (!isEqualJson(value, other)) report(place);
  return value;
}

function mergeLists(
  list: readonly JsonValue[],
  other: readonly JsonValue[],
  place: Place,
): readonly JsonValue[] {
  if (isEqualJson(list, other)) return list;
  const pairs = list.every(isJsonObject) && other.every(isJsonObject) ? pairItems(list, other) : undefined;
  if (!pairs || pairs.includes(undefined) || list.length !== other.length) report(place);
  if (!pairs) return list;
  const items = list as readonly JsonObject[];
  if (isBranchPath(place.path)) return mergeSteps(items, pairs, place);
  return items.map((item, index) => {
    const pair = pairs[index];
    return pair ? mergeObject(item, pair, { ...place, path: [...place.path, index] }) : item;
  });
}

const isBranchPath = ([parent, key, ...rest]: JsonPath) =>
  parent === "config" && rest.length === 0 && BRANCH_NAMES.some((branch) => branch === key);

/** By id if all items have one, else by position if lengths, types and ids agree; otherwise undefined. */
function pairItems(
  items: readonly JsonObject[],
  others: readonly JsonObject[],
): readonly (JsonObject | undefined)[] | undefined {
  const hasId = ({ id }: JsonObject) => typeof id === "string";
  if (items.every(hasId) && others.every(hasId)) {
    const byId = new Map<JsonValue | undefined, JsonObject[]>();
    for (const other of others) byId.set(other["id"], [...(byId.get(other["id"]) ?? []), other]);
    return items.map(({ id }) => byId.get(id)?.shift());
  }
  const isAligned =
    items.length === others.length &&
    items.every((item, index) => {
      const other = others[index] ?? {};
      return item["type"] === other["type"] && (!hasId(item) || !hasId(other) || item["id"] === other["id"]);
    });
  return isAligned ? others : undefined;
}

function report({ step, path, differences }: Place): void {
  differences.push({ step, path });
}
