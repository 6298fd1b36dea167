import { BRANCH_NAMES, type FlowDocument, type StepNode, toApiStep } from "./document/flow-document.ts";
import {
  type JsonObject,
  isEqualJson,
  isJsonObject,
  copyObjectWithKey,
  copyObjectWithoutKey,
} from "./json/json.ts";
import { isStepEnabled } from "./document/step.ts";
import { getLocationsOfAllSteps } from "./document/step-list.ts";
import { renumberStepOrderProperties } from "./document/step-order.ts";

/** Body of `PUT /v1/flows/:id`: only the differences; empty if there are none. */
export interface FlowSaveBody {
  readonly name?: string;
  readonly description?: string | null;
  readonly flowSteps?: readonly JsonObject[];
}

/** Sends unedited steps exactly as they were received. Changes `order` only where lists changed. */
export function createFlowSaveBody(base: FlowDocument, document: FlowDocument): FlowSaveBody {
  return {
    ...(document.name !== base.name && { name: document.name }),
    ...(hasNewDescription(base, document) && { description: document.description ?? null }),
    ...(!isSameSteps(base.steps, document.steps) && { flowSteps: toWireSteps(base, document) }),
  };
}

export function createNewFlowBody(document: FlowDocument): FlowSaveBody & { readonly name: string } {
  const nothing: FlowDocument = { name: "", description: null, steps: [] };
  return { ...createFlowSaveBody(nothing, document), name: document.name };
}

const lastComparison = new WeakMap<FlowDocument, { readonly base: FlowDocument; readonly isSame: boolean }>();

/** Whether a save would send nothing. Cached per document, because the page calls it many times per edit. */
export function isDocumentUnchangedForSave(base: FlowDocument, document: FlowDocument): boolean {
  if (base === document) return true;
  const last = lastComparison.get(document);
  if (last?.base === base) return last.isSame;
  const isSame =
    base.name === document.name &&
    !hasNewDescription(base, document) &&
    isSameSteps(base.steps, document.steps);
  lastComparison.set(document, { base, isSame });
  return isSame;
}

function hasNewDescription(base: FlowDocument, document: FlowDocument): boolean {
  return (document.description ?? "") !== (base.description ?? "");
}

function toWireSteps(base: FlowDocument, document: FlowDocument): readonly JsonObject[] {
  const known = getLocationsOfAllSteps(base);
  const writeList = (steps: readonly StepNode[], before: readonly StepNode[] | undefined) => {
    const wire = steps.map((node) => writeStep(node, known.get(node.key)?.node));
    if (!before || !hasSameOrder(steps, before)) return renumberStepOrderProperties(wire);
    return wire.map((step, index) => withOrderOf(before[index], step));
  };
  const writeStep = (node: StepNode, before: StepNode | undefined): JsonObject => {
    if (before && isSameStep(before, node)) return toApiStep(before);
    let step = withIdOf(before, toApiStep(node));
    for (const branch of BRANCH_NAMES) {
      const steps = node.branches?.[branch];
      const config = isJsonObject(step["config"]) ? step["config"] : {};
      if (!steps || !Object.hasOwn(config, branch)) continue;
      step = copyObjectWithKey(
        step,
        "config",
        copyObjectWithKey(config, branch, writeList(steps, before?.branches?.[branch])),
      );
    }
    return step;
  };
  return writeList(document.steps, base.steps);
}

function withIdOf(before: StepNode | undefined, step: JsonObject): JsonObject {
  const id = before?.fields["id"];
  return id === undefined || Object.hasOwn(step, "id") ? step : copyObjectWithKey(step, "id", id);
}

/** The document may contain an older number. */
function withOrderOf(before: StepNode | undefined, step: JsonObject): JsonObject {
  const order = before?.fields["order"];
  if (step["order"] === order) return step;
  return order === undefined ? copyObjectWithoutKey(step, "order") : copyObjectWithKey(step, "order", order);
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
        return node === other || (other !== undefined && node.key === other.key && isSameStep(node, other));
      }))
  );
}

const lastEqual = new WeakMap<StepNode, StepNode>();

/** Ignores `order`, `enabled: true` and an id that only one has. Caches the last equal pair. */
function isSameStep(a: StepNode, b: StepNode): boolean {
  if (a === b || lastEqual.get(b) === a) return true;
  if (isStepEnabled(a) !== isStepEnabled(b)) return false;
  if (a.fields !== b.fields && !isEqualJson(ownFields(a, b), ownFields(b, a))) return false;
  const isSame = BRANCH_NAMES.every((branch) => {
    const [left, right] = [a.branches?.[branch], b.branches?.[branch]];
    return left && right ? isSameSteps(left, right) : left === right;
  });
  if (isSame) lastEqual.set(b, a);
  return isSame;
}

function ownFields(node: StepNode, other: StepNode): JsonObject {
  const { enabled: _enabled, order: _order, ...rest } = node.fields;
  const own = Object.hasOwn(other.fields, "id") ? rest : copyObjectWithoutKey(rest, "id");
  // Adding the first nested step creates a config, and removing the step leaves it empty.
  const config = own["config"] === undefined ? {} : own["config"];
  if (!node.branches || !isJsonObject(config)) return own;
  const open = BRANCH_NAMES.filter((branch) => node.branches?.[branch]);
  return copyObjectWithKey(own, "config", open.reduce<JsonObject>(copyObjectWithoutKey, config));
}
