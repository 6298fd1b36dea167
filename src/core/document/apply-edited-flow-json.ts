import {
  BRANCH_NAMES,
  type FlowDocument,
  type FlowJson,
  type StepKey,
  type StepNode,
  createUniqueStepKey,
  parseBranches,
} from "./flow-document.ts";
import {
  type JsonObject,
  isEqualJson,
  isJsonObject,
  copyObjectWithKey,
  copyObjectWithoutKey,
} from "#core/json/json.ts";
import { stringifyWithSortedKeys } from "#core/json/stringify-with-sorted-keys.ts";
import { type StepLocation, listKeysOfStepAndNestedSteps, getLocationsOfAllSteps } from "./step-list.ts";
import { sortStepsByOrderProperty } from "./step-order.ts";

export interface EditedFlowJson {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly flowSteps: readonly JsonObject[];
}

/** Matches steps by id, or by content in their list. `mintId` creates ids for new steps without any. */
export function applyEditedFlowJson(
  document: FlowDocument,
  edited: EditedFlowJson,
  mintId: () => string,
): FlowDocument {
  const { readList } = createStepReader(getLocationsOfAllSteps(document).values(), {
    mintId,
    canReuse: isSameStep,
  });
  const steps = readList(edited.flowSteps, document.steps);
  const { name } = edited;
  // If the server does not support descriptions, the description stays undefined.
  const description = edited.description ?? (document.description === undefined ? undefined : null);
  const isSameText = name === document.name && (description ?? "") === (document.description ?? "");
  if (isSameText && steps === document.steps) return document;
  return { name, description: isSameText ? document.description : description, steps };
}

/** Matches steps as {@link applyEditedFlowJson} does, so that both versions can be compared and merged. */
export function parseFlowReusingStepKeys(document: FlowDocument, flow: FlowJson): FlowDocument {
  const canReuse = (before: StepNode, now: StepNode) =>
    isSameStep(before, now) && before.fields["order"] === now.fields["order"];
  const { readList } = createStepReader(getLocationsOfAllSteps(document).values(), {
    mintId: undefined,
    canReuse,
  });
  const steps = readList(flow.flowSteps, document.steps);
  return { name: flow.name, description: flow.description, steps };
}

/** Matches nested steps as {@link applyEditedFlowJson} does; others get keys unique in `document`. */
export function replaceStepFields(document: FlowDocument, step: StepNode, fields: JsonObject): StepNode {
  const inside = new Set(listKeysOfStepAndNestedSteps(step));
  const known = [...getLocationsOfAllSteps(document).values()].filter(
    ({ node }) => node !== step && inside.has(node.key),
  );
  const taken = getLocationsOfAllSteps(document).keys();
  return createStepReader(known, { mintId: undefined, canReuse: isSameStep, taken }).readStep(fields, step);
}

interface StepReading {
  readonly mintId: (() => string) | undefined;
  readonly canReuse: (before: StepNode, now: StepNode) => boolean;
  readonly taken?: Iterable<StepKey>;
}

function createStepReader(
  known: Iterable<StepLocation>,
  { mintId, canReuse, taken: used = [] }: StepReading,
) {
  const taken = new Set<string>(used);
  const byId = new Map<unknown, StepNode[]>();
  for (const { node } of known) {
    taken.add(node.key);
    const { id } = node.fields;
    const twins = byId.get(id);
    if (twins) twins.push(node);
    else byId.set(id, [node]);
  }

  const readList = (list: readonly JsonObject[], before: readonly StepNode[] = []): readonly StepNode[] => {
    const withoutId = before.filter(({ fields }) => fields["id"] === undefined);
    const steps = sortStepsByOrderProperty(list);
    const equals = matchEqualSteps(withoutId, steps);
    const matched = new Set(equals);
    const others = withoutId.filter((node) => !matched.has(node)).values();
    const nodes = steps.map((step, index) => {
      if (step["id"] !== undefined) return readStep(step, byId.get(step["id"])?.shift());
      return readStep(step, equals[index] ?? others.next().value);
    });
    return isSameList(nodes, before) ? before : nodes;
  };

  const readStep = (edited: JsonObject, like: StepNode | undefined): StepNode => {
    const isNew = like === undefined && edited["id"] === undefined;
    const step = isNew && mintId ? { id: mintId(), ...edited } : edited;
    const key = like?.key ?? createUniqueStepKey(step, taken);
    taken.add(key);
    const branches = parseBranches(step, (list, branch) => readList(list, like?.branches?.[branch]));
    const node: StepNode = branches ? { key, fields: step, branches } : { key, fields: step };
    return like && canReuse(like, node) ? like : node;
  };

  return { readList, readStep };
}

/** Matches each step without an id with the first equal node that no earlier step is matched with. */
function matchEqualSteps(
  nodes: readonly StepNode[],
  steps: readonly JsonObject[],
): readonly (StepNode | undefined)[] {
  const queues = new Map<string, StepNode[]>();
  for (const node of nodes) {
    const text = stringifyWithSortedKeys(ownFields(node.fields, node));
    const queue = queues.get(text);
    if (queue) queue.push(node);
    else queues.set(text, [node]);
  }
  return steps.map((step) => {
    if (step["id"] !== undefined || queues.size === 0) return undefined;
    const branches = parseBranches(step, () => []);
    return queues.get(stringifyWithSortedKeys(ownFields(step, { branches })))?.shift();
  });
}

function isSameStep(before: StepNode, now: StepNode): boolean {
  return (
    BRANCH_NAMES.every((branch) => before.branches?.[branch] === now.branches?.[branch]) &&
    isEqualJson(ownFields(before.fields, before), ownFields(now.fields, now))
  );
}

function ownFields(
  fields: JsonObject,
  { branches }: { readonly branches?: StepNode["branches"] },
): JsonObject {
  const own = Object.hasOwn(fields, "order") ? copyObjectWithoutKey(fields, "order") : fields;
  const config = own["config"];
  if (!branches || !isJsonObject(config)) return own;
  const open = BRANCH_NAMES.filter((branch) => branches[branch]);
  return copyObjectWithKey(own, "config", open.reduce<JsonObject>(copyObjectWithoutKey, config));
}

function isSameList(nodes: readonly StepNode[], before: readonly StepNode[]): boolean {
  return nodes.length === before.length && nodes.every((node, index) => node === before[index]);
}
