import { type JsonObject, type JsonValue, isJsonObject, withKey } from "./json.ts";
import { renumberSteps, sortByOrder } from "./step-order.ts";

/**
 * Names one step inside one open document, for as long as it is open. It is the step's wire `id` where that is there
 * and not taken; a doubled or missing id gets a suffix, so that two steps are never mistaken for each other while
 * their wire form stays as it arrived.
 */
export type StepKey = string & { readonly __brand: "StepKey" };

/** The lists inside a conditional's `config`, in the order they are shown. */
export const BRANCHES = ["trueSteps", "falseSteps"] as const;
export type Branch = (typeof BRANCHES)[number];

/** Nested lists below the top level (contract: nesting is capped at ten). */
export const MAX_LEVEL = 10;

/** A list that is present but does not hold step objects is `undefined`: kept on the wire, closed to the editor. */
export type Branches = { readonly [branch in Branch]: readonly StepNode[] | undefined };

export interface StepNode {
  readonly key: StepKey;
  /**
   * The step as the API sent it, unknown keys included. Two parts may be out of date, since the tree is the truth:
   * `order` (the position in the list; a save writes it) and, where `branches` is set, the lists inside `config`
   * ({@link toWireStep} writes the current ones).
   */
  readonly fields: JsonObject;
  readonly branches?: Branches;
}

/** What a person edits. Immutable; an edit shares every subtree that it does not touch. */
export interface FlowDocument {
  readonly name: string;
  /** Undefined where the server knows no description: then there is nothing to show or save. */
  readonly description: string | null | undefined;
  readonly steps: readonly StepNode[];
}

export interface FlowSource {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly flowSteps: readonly JsonObject[];
}

/**
 * Reads a flow of the API. `like`, a document that the API should now hold, lends its keys to the steps that stand at
 * the same places, so that steps without an id of their own are recognised in the answer to a save.
 */
export function parseFlow(flow: FlowSource, like?: FlowDocument): FlowDocument {
  const steps = parseSteps(flow.flowSteps, new Set<string>(), like?.steps);
  return { name: flow.name, description: flow.description, steps };
}

function parseSteps(
  steps: readonly JsonObject[],
  taken: Set<string>,
  like: readonly StepNode[] = [],
): readonly StepNode[] {
  return sortByOrder(steps).map((step, index) => {
    const twin = like[index];
    const twinId = twin?.fields["id"];
    // A step without an id may have been given one by the server.
    const isTwin =
      twin !== undefined && (twinId === undefined || twinId === step["id"]) && !taken.has(twin.key);
    return parseStep(step, taken, isTwin ? twin : undefined);
  });
}

/** Reads one step; `taken` holds the keys in use and gains the new ones, `like` lends its key and those inside it. */
export function parseStep(step: JsonObject, taken: Set<string>, like?: StepNode): StepNode {
  const key = like?.key ?? mintKey(step, taken);
  taken.add(key);
  const branches = readBranches(step, (list, name) => parseSteps(list, taken, like?.branches?.[name] ?? []));
  return branches ? { key, fields: step, branches } : { key, fields: step };
}

/** The lists inside a conditional, each read by `readList`; undefined for any other step. */
export function readBranches(
  step: JsonObject,
  readList: (steps: readonly JsonObject[], branch: Branch) => readonly StepNode[],
): Branches | undefined {
  if (step["type"] !== "conditional") return undefined;
  const config = step["config"] === undefined ? {} : step["config"];
  const branch = (name: Branch) => {
    if (!isJsonObject(config)) return undefined;
    const list = Object.hasOwn(config, name) ? config[name] : [];
    return isStepList(list) ? readList(list, name) : undefined;
  };
  return { trueSteps: branch("trueSteps"), falseSteps: branch("falseSteps") };
}

function isStepList(value: JsonValue | undefined): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isJsonObject);
}

/** A key that is not taken: the step's id where it has one, else that or nothing with a suffix. */
export function mintKey(step: JsonObject, taken: ReadonlySet<string>): StepKey {
  const id = typeof step["id"] === "string" ? step["id"] : "";
  let key = id;
  for (let copy = 2; key === "" || taken.has(key); copy += 1) key = `${id}~${copy}`;
  return key as StepKey;
}

/** A list as the API would read it: where the numbers that came say another order by now, it is numbered anew. */
export function toWireList(nodes: readonly StepNode[]): readonly JsonObject[] {
  const steps = nodes.map(toWireStep);
  return sortByOrder(steps) === steps ? steps : renumberSteps(steps);
}

/** The step with the lists that it now holds. An untouched step is the very object that came. */
export function toWireStep(node: StepNode): JsonObject {
  if (!node.branches) return node.fields;
  const before = isJsonObject(node.fields["config"]) ? node.fields["config"] : {};
  let config = before;
  for (const branch of BRANCHES) {
    const nodes = node.branches[branch];
    const steps = nodes && toWireList(nodes);
    if (steps && !isSameList(steps, config[branch])) config = withKey(config, branch, steps);
  }
  return config === before ? node.fields : withKey(node.fields, "config", config);
}

function isSameList(steps: readonly JsonObject[], wire: JsonValue | undefined): boolean {
  if (wire === undefined) return steps.length === 0;
  return (
    Array.isArray(wire) && wire.length === steps.length && steps.every((step, index) => step === wire[index])
  );
}
