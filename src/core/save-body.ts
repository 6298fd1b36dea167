import { BRANCHES, type FlowDocument, type StepNode, toWireStep } from "./flow-document.ts";
import { type JsonObject, equalJson, isJsonObject, withKey, withoutKey } from "./json.ts";
import { isEnabled } from "./step.ts";
import { locateSteps } from "./step-list.ts";
import { renumberSteps } from "./step-order.ts";

/** The body of `PUT /v1/flows/:id`: only what differs. Empty when nothing does. */
export interface SaveBody {
  readonly name?: string;
  readonly description?: string | null;
  readonly flowSteps?: readonly JsonObject[];
}

/**
 * What has to be sent so that the server, holding `base`, comes to hold `document`. Steps are sent as they came but
 * for what was edited; `order` is renumbered only in lists whose order or membership changed.
 */
export function saveBody(base: FlowDocument, document: FlowDocument): SaveBody {
  return {
    ...(document.name !== base.name && { name: document.name }),
    ...(hasNewDescription(base, document) && { description: document.description ?? null }),
    ...(!isSameSteps(base.steps, document.steps) && { flowSteps: toWireSteps(base, document) }),
  };
}

/** The document as the body of a new flow: everything, numbered as it stands. */
export function createBody(document: FlowDocument): SaveBody & { readonly name: string } {
  const nothing: FlowDocument = { name: "", description: null, steps: [] };
  return { ...saveBody(nothing, document), name: document.name };
}

const lastAnswer = new WeakMap<FlowDocument, { readonly base: FlowDocument; readonly isSame: boolean }>();

/** True when a save would send nothing. The last answer for a document is kept: a page asks many times per edit. */
export function isSameDocument(base: FlowDocument, document: FlowDocument): boolean {
  if (base === document) return true;
  const last = lastAnswer.get(document);
  if (last?.base === base) return last.isSame;
  const isSame =
    base.name === document.name &&
    !hasNewDescription(base, document) &&
    isSameSteps(base.steps, document.steps);
  lastAnswer.set(document, { base, isSame });
  return isSame;
}

function hasNewDescription(base: FlowDocument, document: FlowDocument): boolean {
  return (document.description ?? "") !== (base.description ?? "");
}

function toWireSteps(base: FlowDocument, document: FlowDocument): readonly JsonObject[] {
  const known = locateSteps(base);
  const writeList = (steps: readonly StepNode[], before: readonly StepNode[] | undefined) => {
    const wire = steps.map((node) => writeStep(node, known.get(node.key)?.node));
    if (!before || !hasSameOrder(steps, before)) return renumberSteps(wire);
    return wire.map((step, index) => withOrderOf(before[index], step));
  };
  const writeStep = (node: StepNode, before: StepNode | undefined): JsonObject => {
    if (before && isSameStep(before, node)) return toWireStep(before);
    let step = withIdOf(before, toWireStep(node));
    for (const branch of BRANCHES) {
      const steps = node.branches?.[branch];
      const config = isJsonObject(step["config"]) ? step["config"] : {};
      if (!steps || !Object.hasOwn(config, branch)) continue;
      step = withKey(step, "config", withKey(config, branch, writeList(steps, before?.branches?.[branch])));
    }
    return step;
  };
  return writeList(document.steps, base.steps);
}

/** The id that the server gave to a step which came without one is its id from then on. */
function withIdOf(before: StepNode | undefined, step: JsonObject): JsonObject {
  const id = before?.fields["id"];
  return id === undefined || Object.hasOwn(step, "id") ? step : withKey(step, "id", id);
}

/** In a list that kept its order the server's numbers stand, whatever an older state of the document says. */
function withOrderOf(before: StepNode | undefined, step: JsonObject): JsonObject {
  const order = before?.fields["order"];
  if (step["order"] === order) return step;
  return order === undefined ? withoutKey(step, "order") : withKey(step, "order", order);
}

function hasSameOrder(steps: readonly StepNode[], before: readonly StepNode[]): boolean {
  return steps.length === before.length && steps.every((node, index) => node.key === before[index]?.key);
}

function isSameSteps(a: readonly StepNode[], b: readonly StepNode[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every((node, index) => {
        const other = b[index];
        return other !== undefined && node.key === other.key && isSameStep(node, other);
      }))
  );
}

const lastEqual = new WeakMap<StepNode, StepNode>();

/**
 * Absent `enabled` means on, so switching a step off and on again is no change; nor is `order`, which the lists say, nor
 * an `id` that only one of the two has: steps are told apart by key, and the server gives ids to steps without one.
 * The last equal pair is remembered: after a save every step is compared with its freshly read twin again and again.
 */
function isSameStep(a: StepNode, b: StepNode): boolean {
  if (a === b || lastEqual.get(b) === a) return true;
  if (isEnabled(a) !== isEnabled(b)) return false;
  if (a.fields !== b.fields && !equalJson(ownFields(a, b), ownFields(b, a))) return false;
  const isSame = BRANCHES.every((branch) => {
    const [left, right] = [a.branches?.[branch], b.branches?.[branch]];
    return left && right ? isSameSteps(left, right) : left === right;
  });
  if (isSame) lastEqual.set(b, a);
  return isSame;
}

function ownFields(node: StepNode, other: StepNode): JsonObject {
  const { enabled: _enabled, order: _order, ...rest } = node.fields;
  const own = Object.hasOwn(other.fields, "id") ? rest : withoutKey(rest, "id");
  // A conditional that came without a config gets one with its first nested step; the empty one says no more than none.
  const config = own["config"] === undefined ? {} : own["config"];
  if (!node.branches || !isJsonObject(config)) return own;
  const open = BRANCHES.filter((branch) => node.branches?.[branch]);
  return withKey(own, "config", open.reduce<JsonObject>(withoutKey, config));
}
