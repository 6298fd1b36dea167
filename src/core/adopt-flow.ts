import {
  BRANCHES,
  type FlowDocument,
  type FlowSource,
  type StepKey,
  type StepNode,
  mintKey,
  readBranches,
} from "./flow-document.ts";
import { type JsonObject, equalJson, isJsonObject, withKey, withoutKey } from "./json.ts";
import { type StepLocation, keysWithin, locateSteps } from "./step-list.ts";
import { sortByOrder } from "./step-order.ts";

export interface EditedFlow {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly flowSteps: readonly JsonObject[];
}

/**
 * The document that `edited`, a changed copy of it, describes. Steps are recognised by id wherever they stand now, and
 * those without one in their own list; what did not change is the very node it was, and the document itself where
 * nothing did. Steps that come without an id and are new get one from `mintId`.
 */
export function adoptFlow(document: FlowDocument, edited: EditedFlow, mintId: () => string): FlowDocument {
  const { readList } = createStepReader(locateSteps(document).values(), { mintId, isKept: isSameStep });
  const steps = readList(edited.flowSteps, document.steps);
  const { name } = edited;
  // Left out means empty, but where the server knows no description there is none to be emptied.
  const description = edited.description ?? (document.description === undefined ? undefined : null);
  const isSameText = name === document.name && (description ?? "") === (document.description ?? "");
  if (isSameText && steps === document.steps) return document;
  return { name, description: isSameText ? document.description : description, steps };
}

/**
 * A flow of the API, read as another version of `document`: steps are recognised as {@link adoptFlow} does, so that the two
 * can be compared and merged, and every step is as the API sent it.
 */
export function parseFlowLike(document: FlowDocument, flow: FlowSource): FlowDocument {
  const isKept = (before: StepNode, now: StepNode) =>
    isSameStep(before, now) && before.fields["order"] === now.fields["order"];
  const { readList } = createStepReader(locateSteps(document).values(), { mintId: undefined, isKept });
  const steps = readList(flow.flowSteps, document.steps);
  return { name: flow.name, description: flow.description, steps };
}

/**
 * The step with other fields. What its lists hold is recognised as {@link adoptFlow} does, among the steps that were inside
 * it; others get keys that no step of `document` has.
 */
export function adoptStep(document: FlowDocument, step: StepNode, fields: JsonObject): StepNode {
  const inside = new Set(keysWithin(step));
  const known = [...locateSteps(document).values()].filter(
    ({ node }) => node !== step && inside.has(node.key),
  );
  const taken = locateSteps(document).keys();
  return createStepReader(known, { mintId: undefined, isKept: isSameStep, taken }).readStep(fields, step);
}

interface StepReading {
  /** Gives an id to steps that are new and have none; undefined leaves them without. */
  readonly mintId: (() => string) | undefined;
  /** Whether the step that is known stands for the one that was read. */
  readonly isKept: (before: StepNode, now: StepNode) => boolean;
  /** Keys in use, besides those of the known steps. */
  readonly taken?: Iterable<StepKey>;
}

function createStepReader(known: Iterable<StepLocation>, { mintId, isKept, taken: used = [] }: StepReading) {
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
    const nameless = before.filter(({ fields }) => fields["id"] === undefined);
    const steps = sortByOrder(list);
    const equals = steps.map((step) => (step["id"] === undefined ? takeEqual(nameless, step) : undefined));
    const nodes = steps.map((step, index) => {
      if (step["id"] !== undefined) return readStep(step, byId.get(step["id"])?.shift());
      return readStep(step, equals[index] ?? nameless.shift());
    });
    return isSameList(nodes, before) ? before : nodes;
  };

  const readStep = (edited: JsonObject, like: StepNode | undefined): StepNode => {
    const isNew = like === undefined && edited["id"] === undefined;
    const step = isNew && mintId ? { id: mintId(), ...edited } : edited;
    const key = like?.key ?? mintKey(step, taken);
    taken.add(key);
    const branches = readBranches(step, (list, branch) => readList(list, like?.branches?.[branch]));
    const node: StepNode = branches ? { key, fields: step, branches } : { key, fields: step };
    return like && isKept(like, node) ? like : node;
  };

  return { readList, readStep };
}

/** Takes the first node that says just this out of `nodes`. */
function takeEqual(nodes: StepNode[], step: JsonObject): StepNode | undefined {
  const branches = readBranches(step, () => []);
  const at = nodes.findIndex((node) =>
    equalJson(ownFields(node.fields, node), ownFields(step, { branches })),
  );
  return at < 0 ? undefined : nodes.splice(at, 1)[0];
}

function isSameStep(before: StepNode, now: StepNode): boolean {
  return (
    BRANCHES.every((branch) => before.branches?.[branch] === now.branches?.[branch]) &&
    equalJson(ownFields(before.fields, before), ownFields(now.fields, now))
  );
}

/** What the step says by itself: not its place, and not the steps inside it. */
function ownFields(
  fields: JsonObject,
  { branches }: { readonly branches?: StepNode["branches"] },
): JsonObject {
  const own = Object.hasOwn(fields, "order") ? withoutKey(fields, "order") : fields;
  const config = own["config"];
  if (!branches || !isJsonObject(config)) return own;
  const open = BRANCHES.filter((branch) => branches[branch]);
  return withKey(own, "config", open.reduce<JsonObject>(withoutKey, config));
}

function isSameList(nodes: readonly StepNode[], before: readonly StepNode[]): boolean {
  return nodes.length === before.length && nodes.every((node, index) => node === before[index]);
}
