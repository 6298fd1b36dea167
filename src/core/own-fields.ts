import { BRANCHES, type Branch, type StepNode, readBranches } from "./flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "./json.ts";

const known = new WeakMap<StepNode, JsonObject>();

/**
 * What a step says by itself: not its id and place, and not the steps inside it. `enabled` is there only as `false`, and a
 * conditional always has a config, so that two steps that mean the same are equal.
 */
export function ownFields(node: StepNode): JsonObject {
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
  BRANCHES.some((branch) => branch === key && branches?.[branch] !== undefined);

/** The lists of steps that a step with these fields holds, its config being read as a step's own. */
export function openBranches(fields: JsonObject): readonly Branch[] {
  const branches = readBranches(fields, () => []);
  return BRANCHES.filter((branch) => branches?.[branch]);
}

/**
 * `fields` with what `own` says in place of what they said: keys that stay keep their order, as do the id, the place and
 * the lists of steps, which the tree of steps overrules.
 */
export function writeOwnFields(fields: JsonObject, own: JsonObject): JsonObject {
  const lists = openBranches(fields);
  const isStillConditional = own["type"] === "conditional";
  const kept = Object.keys(fields).flatMap((key): [string, JsonValue][] => {
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
  // A conditional that came without a config goes without one as long as there is nothing to say in it.
  const isNeeded = ([key, value]: [string, JsonValue]) =>
    key !== "config" || !isStillConditional || !isJsonObject(value) || Object.keys(value).length > 0;
  return Object.fromEntries([...kept, ...added.filter(isNeeded)]);
}
