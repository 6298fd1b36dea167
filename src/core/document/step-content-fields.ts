import { BRANCH_NAMES, type BranchName, type StepNode, parseBranches } from "./flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";

const known = new WeakMap<StepNode, JsonObject>();

/** Without nested steps and `enabled: true`; adds a conditional's missing config: equivalent steps are equal. */
export function getStepFieldsWithoutIdAndOrder(node: StepNode): JsonObject {
  const before = known.get(node);
  if (before) return before;
  const { id: _id, order: _order, enabled, ...rest } = node.fields;
  let own: JsonObject = enabled === false ? { ...rest, enabled } : rest;
  if (node.branches) own = { ...own, config: withoutLists(node) };
  known.set(node, own);
  return own;
}

function withoutLists({ fields, branches }: StepNode): JsonValue {
  const config = fields["config"] === undefined ? {} : fields["config"];
  if (!isJsonObject(config)) return config;
  return Object.fromEntries(Object.entries(config).filter(([key]) => !isOpen(branches, key)));
}

const isOpen = (branches: StepNode["branches"], key: string) =>
  BRANCH_NAMES.some((branch) => branch === key && branches?.[branch] !== undefined);

/** Lists the branches that are editable lists of steps, for a step with these fields. */
export function listEditableBranchNames(fields: JsonObject): readonly BranchName[] {
  const branches = parseBranches(fields, () => []);
  return BRANCH_NAMES.filter((branch) => branches?.[branch]);
}

/** Id, order and nested lists stay unchanged. Existing keys keep their order. */
export function replaceStepContentFields(fields: JsonObject, own: JsonObject): JsonObject {
  const lists = listEditableBranchNames(fields);
  const isStillConditional = own["type"] === "conditional";
  const existing = Object.keys(fields).flatMap((key): [string, JsonValue][] => {
    const before = fields[key] as JsonValue;
    if (key === "id" || key === "order") return [[key, before]];
    if (key === "enabled") return [[key, own[key] === false ? false : before === false ? true : before]];
    if (!Object.hasOwn(own, key)) return [];
    const value = own[key] as JsonValue;
    if (key !== "config" || !isStillConditional || !isJsonObject(before) || !isJsonObject(value))
      return [[key, value]];
    const inside = Object.keys(before).flatMap((name): [string, JsonValue][] => {
      if (Object.hasOwn(value, name)) return [[name, value[name] as JsonValue]];
      return lists.some((branch) => branch === name) ? [[name, before[name] as JsonValue]] : [];
    });
    return [[key, Object.fromEntries([...inside, ...Object.entries(value)])]];
  });
  const added = Object.entries(own).filter(([key]) => !Object.hasOwn(fields, key));
  // Does not add an empty config to a conditional that was received without a config.
  const isNeeded = ([key, value]: [string, JsonValue]) =>
    key !== "config" || !isStillConditional || !isJsonObject(value) || Object.keys(value).length > 0;
  return Object.fromEntries([...existing, ...added.filter(isNeeded)]);
}
