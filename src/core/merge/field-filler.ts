import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { isStepEnabled } from "#core/document/step.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { type JsonObject, type JsonValue, isEqualJson, isJsonObject } from "#core/json/json.ts";

/** `held` may have more fields, such as defaults of the server. Both must use the same step keys. */
export function hasAllFields(document: FlowDocument, held: FlowDocument): boolean {
  return (
    document.name === held.name &&
    (document.description ?? "") === (held.description ?? "") &&
    hasAllSteps(document.steps, held.steps)
  );
}

function hasAllSteps(steps: readonly StepNode[], held: readonly StepNode[]): boolean {
  return steps.length === held.length && steps.every((node, index) => hasAllFieldsOfStep(node, held[index]));
}

function hasAllFieldsOfStep(node: StepNode, held: StepNode | undefined): boolean {
  if (node === held) return true;
  if (node.key !== held?.key || isStepEnabled(node) !== isStepEnabled(held)) return false;
  return (
    contains(held.fields, node.fields, ["order", "enabled", ...listBranchKeys(node)]) &&
    BRANCH_NAMES.every((branch) => {
      const [steps, heldSteps] = [node.branches?.[branch], held.branches?.[branch]];
      return steps && heldSteps ? hasAllSteps(steps, heldSteps) : steps === heldSteps;
    })
  );
}

function contains(held: JsonValue | undefined, value: JsonValue, ignored: readonly string[] = []): boolean {
  if (isJsonObject(value) && isJsonObject(held))
    return Object.keys(value).every(
      (key) =>
        ignored.includes(key) ||
        (Object.hasOwn(held, key) &&
          contains(held[key], value[key] as JsonValue, key === "config" ? ignored : [])),
    );
  if (Array.isArray(value) && Array.isArray(held) && value.length === held.length)
    return value.every((item: JsonValue, index) => contains(held[index], item));
  return isEqualJson(value, held);
}

/** Whether `held` has a field of `before` that `document` removed: then `held` may not be the result of that edit. */
export function hasRemovedField(before: FlowDocument, document: FlowDocument, held: FlowDocument): boolean {
  const [steps, heldSteps] = [getLocationsOfAllSteps(document), getLocationsOfAllSteps(held)];
  return [...getLocationsOfAllSteps(before)].some(([key, { node }]) => {
    const [step, heldStep] = [steps.get(key)?.node, heldSteps.get(key)?.node];
    return (
      step &&
      heldStep &&
      isFieldRemoved(node.fields, step.fields, heldStep.fields, ["id", "order", "enabled"])
    );
  });
}

function isFieldRemoved(
  before: JsonValue | undefined,
  value: JsonValue | undefined,
  held: JsonValue | undefined,
  ignored: readonly string[] = [],
): boolean {
  if (!isJsonObject(before) || !isJsonObject(value) || !isJsonObject(held)) return false;
  return Object.keys(before).some((key) => {
    if (ignored.includes(key) || !Object.hasOwn(held, key)) return false;
    return !Object.hasOwn(value, key) || isFieldRemoved(before[key], value[key], held[key]);
  });
}

/** Not compared as fields, because the lists in `fields` may be outdated. */
const listBranchKeys = ({ branches }: StepNode) => BRANCH_NAMES.filter((branch) => branches?.[branch]);

/** Adds what `to` has and `from` lacks to other documents, without replacing values; undefined for nothing. */
export function createFieldFiller(
  from: FlowDocument,
  to: FlowDocument,
): ((document: FlowDocument) => FlowDocument) | undefined {
  const targets = new Map<StepKey, { readonly from: StepNode; readonly to: StepNode }>();
  const held = getLocationsOfAllSteps(to);
  for (const [key, { node }] of getLocationsOfAllSteps(from)) {
    const target = held.get(key)?.node;
    if (target && fillStepFields(node, node, target) !== node.fields)
      targets.set(key, { from: node, to: target });
  }
  if (targets.size === 0) return undefined;

  // Converts each step only once: the documents of a history share steps, which must stay shared.
  const filledDocumentCache = new WeakMap<FlowDocument, FlowDocument>();
  const filledStepCache = new WeakMap<StepNode, StepNode>();
  const fillSteps = (steps: readonly StepNode[]): readonly StepNode[] => {
    const filled = steps.map(fillStep);
    return filled.every((node, index) => node === steps[index]) ? steps : filled;
  };
  const fillStep = (node: StepNode): StepNode => {
    const known = filledStepCache.get(node);
    if (known) return known;
    const target = targets.get(node.key);
    const fields = target ? fillStepFields(node, target.from, target.to) : node.fields;
    let branches = node.branches;
    for (const branch of BRANCH_NAMES) {
      const steps = branches?.[branch];
      const filled = steps && fillSteps(steps);
      if (branches && filled !== steps) branches = { ...branches, [branch]: filled };
    }
    const isSame = fields === node.fields && branches === node.branches;
    const filled = isSame ? node : { ...node, fields, ...(branches && { branches }) };
    filledStepCache.set(node, filled);
    return filled;
  };
  return (document) => {
    const known = filledDocumentCache.get(document);
    if (known) return known;
    const steps = fillSteps(document.steps);
    const filled = steps === document.steps ? document : { ...document, steps };
    filledDocumentCache.set(document, filled).set(filled, filled);
    return filled;
  };
}

function fillStepFields(node: StepNode, from: StepNode, to: StepNode): JsonObject {
  if (node.fields["type"] !== to.fields["type"]) return node.fields;
  // Ids and order have their own rules (save-body.ts), and nested lists are filled as steps.
  return fillObject(node.fields, from.fields, to.fields, ["id", "order", ...listBranchKeys(to)]);
}

function fillObject(
  object: JsonObject,
  from: JsonObject,
  to: JsonObject,
  ignored: readonly string[] = [],
): JsonObject {
  const changes = Object.keys(to).flatMap((key): [string, JsonValue][] => {
    if (ignored.includes(key)) return [];
    const value = to[key] as JsonValue;
    if (!Object.hasOwn(from, key)) return Object.hasOwn(object, key) ? [] : [[key, value]];
    if (!Object.hasOwn(object, key)) return [];
    const before = object[key] as JsonValue;
    const filled = fillValue(before, from[key] as JsonValue, value, key === "config" ? ignored : []);
    return filled === before ? [] : [[key, filled]];
  });
  return changes.length === 0 ? object : { ...object, ...Object.fromEntries(changes) };
}

function fillValue(value: JsonValue, from: JsonValue, to: JsonValue, ignored: readonly string[]): JsonValue {
  if (isJsonObject(value) && isJsonObject(from) && isJsonObject(to))
    return fillObject(value, from, to, ignored);
  if (!Array.isArray(value) || !Array.isArray(from) || !Array.isArray(to)) return value;
  if (value.length !== from.length || value.length !== to.length) return value;
  const items: readonly JsonValue[] = value;
  const filled = items.map((item, index) =>
    fillValue(item, from[index] as JsonValue, to[index] as JsonValue, []),
  );
  return filled.every((item, index) => item === items[index]) ? value : filled;
}
