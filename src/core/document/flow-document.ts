import { type JsonObject, type JsonValue, isJsonObject, copyObjectWithKey } from "#core/json/json.ts";
import { renumberStepOrderProperties, sortStepsByOrderProperty } from "./step-order.ts";

/** The step's `id` if unique; otherwise generated, with a suffix, and never sent to the server. */
export type StepKey = string & { readonly __brand: "StepKey" };

export const BRANCH_NAMES = ["trueSteps", "falseSteps"] as const;
export type BranchName = (typeof BRANCH_NAMES)[number];

/** Maximum nesting depth of conditionals, as in the API documentation. */
export const MAX_NESTING_LEVEL = 10;

/** Undefined if the value is no list of step objects; it is preserved but cannot be edited. */
export type ConditionalBranches = { readonly [branch in BranchName]: readonly StepNode[] | undefined };

export interface StepNode {
  readonly key: StepKey;
  /** As received. `order` and nested lists may be outdated: edits change only the tree. */
  readonly fields: JsonObject;
  readonly branches?: ConditionalBranches;
}

/** The editable part of a flow. Immutable: an edit shares every subtree that it does not change. */
export interface FlowDocument {
  readonly name: string;
  readonly description: string | null | undefined;
  readonly steps: readonly StepNode[];
}

export interface FlowJson {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly flowSteps: readonly JsonObject[];
}

/** Reuses the key of the step at the same position in `like`, unless that step has another id. */
export function parseFlowDocument(flow: FlowJson, like?: FlowDocument): FlowDocument {
  const steps = parseSteps(flow.flowSteps, new Set<string>(), like?.steps);
  return { name: flow.name, description: flow.description, steps };
}

function parseSteps(
  steps: readonly JsonObject[],
  taken: Set<string>,
  like: readonly StepNode[] = [],
): readonly StepNode[] {
  return sortStepsByOrderProperty(steps).map((step, index) => {
    const twin = like[index];
    const twinId = twin?.fields["id"];
    const isTwin =
      twin !== undefined && (twinId === undefined || twinId === step["id"]) && !taken.has(twin.key);
    return parseStepNode(step, taken, isTwin ? twin : undefined);
  });
}

/** Reuses the keys of `like`. Adds each new key to `taken`. */
function parseStepNode(step: JsonObject, taken: Set<string>, like?: StepNode): StepNode {
  const key = like?.key ?? createUniqueStepKey(step, taken);
  taken.add(key);
  const branches = parseBranches(step, (list, name) => parseSteps(list, taken, like?.branches?.[name] ?? []));
  return branches ? { key, fields: step, branches } : { key, fields: step };
}

export function parseBranches(
  step: JsonObject,
  readList: (steps: readonly JsonObject[], branch: BranchName) => readonly StepNode[],
): ConditionalBranches | undefined {
  if (step["type"] !== "conditional") return undefined;
  const config = step["config"] === undefined ? {} : step["config"];
  const branch = (name: BranchName) => {
    if (!isJsonObject(config)) return undefined;
    const list = Object.hasOwn(config, name) ? config[name] : [];
    return isStepList(list) ? readList(list, name) : undefined;
  };
  return { trueSteps: branch("trueSteps"), falseSteps: branch("falseSteps") };
}

export function isStepList(value: JsonValue | undefined): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isJsonObject);
}

export function createUniqueStepKey(step: JsonObject, taken: ReadonlySet<string>): StepKey {
  const id = typeof step["id"] === "string" ? step["id"] : "";
  if (id !== "" && !taken.has(id)) return id as StepKey;
  const nameCopy = (copy: number) => `${id}~${copy}` as StepKey;
  // Searches for the end of the taken numbers by doubling and halving: counting would take quadratic time.
  let free = 2;
  while (taken.has(nameCopy(free))) free *= 2;
  let used = free / 2;
  while (free - used > 1) {
    const middle = (used + free) >> 1;
    if (taken.has(nameCopy(middle))) used = middle;
    else free = middle;
  }
  return nameCopy(free);
}

/** Renumbers the steps if their `order` values contradict the sequence. */
export function toApiSteps(nodes: readonly StepNode[]): readonly JsonObject[] {
  const steps = nodes.map(toApiStep);
  return sortStepsByOrderProperty(steps) === steps ? steps : renumberStepOrderProperties(steps);
}

/** With its current lists. Returns the received object if the step is unchanged. */
export function toApiStep(node: StepNode): JsonObject {
  if (!node.branches) return node.fields;
  const before = isJsonObject(node.fields["config"]) ? node.fields["config"] : {};
  let config = before;
  for (const branch of BRANCH_NAMES) {
    const nodes = node.branches[branch];
    const steps = nodes && toApiSteps(nodes);
    if (steps && !isSameList(steps, config[branch])) config = copyObjectWithKey(config, branch, steps);
  }
  return config === before ? node.fields : copyObjectWithKey(node.fields, "config", config);
}

function isSameList(steps: readonly JsonObject[], wire: JsonValue | undefined): boolean {
  if (wire === undefined) return steps.length === 0;
  return (
    Array.isArray(wire) && wire.length === steps.length && steps.every((step, index) => step === wire[index])
  );
}

/** No step of the target document may use the `id`, because steps are found by id. */
export function createStepNodeFromJson(step: JsonObject & { readonly id: string }): StepNode {
  return parseStepNode(step, new Set());
}
