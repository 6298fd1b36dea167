import { hashTextTo64Bits } from "./fingerprint.ts";
import { BRANCH_NAMES, type FlowDocument, type StepKey, type StepNode } from "./flow-document.ts";
import { createTypeId } from "./type-id.ts";
import { findStep } from "./step-list.ts";
import { STEP_ID_PATTERN } from "./step.ts";

/** Returns the step's id if it is valid and no earlier step has the same id. Such an id equals the step's key. */
function ownId({ key, fields }: StepNode): string | undefined {
  return fields["id"] === key && STEP_ID_PATTERN.test(key) ? key : undefined;
}

interface RunIds {
  readonly byKey: ReadonlyMap<StepKey, string>;
  readonly byId: ReadonlyMap<string, StepKey>;
}

const known = new WeakMap<FlowDocument, RunIds>();

/** Its own id, or one derived from parent, type and name. Server and browser derive the same. */
export function getStepRunId(document: FlowDocument, node: StepNode): string {
  return ownId(node) ?? listRunIds(document).byKey.get(node.key) ?? node.key;
}

export function findStepByRunId(document: FlowDocument, id: string): StepKey | undefined {
  const node = findStep(document, id as StepKey);
  return node && ownId(node) !== undefined ? node.key : listRunIds(document).byId.get(id);
}

function listRunIds(document: FlowDocument): RunIds {
  const before = known.get(document);
  if (before) return before;
  const byKey = new Map<StepKey, string>();
  const byId = new Map<string, StepKey>();
  const add = (nodes: readonly StepNode[], around: string) => {
    const twins = new Map<string, number>();
    for (const node of nodes) {
      const id = ownId(node) ?? deriveId(identifyStep(node, around, twins));
      byKey.set(node.key, id);
      byId.set(id, node.key);
      for (const branch of BRANCH_NAMES) add(node.branches?.[branch] ?? [], `${id} ${branch}`);
    }
  };
  add(document.steps, "");
  const ids = { byKey, byId };
  known.set(document, ids);
  return ids;
}

/** Not by index, so that the step keeps its results when a step is inserted before it. */
function identifyStep({ fields }: StepNode, around: string, twins: Map<string, number>): string {
  const text = JSON.stringify([around, fields["type"] ?? null, fields["name"] ?? null]);
  const count = twins.get(text) ?? 0;
  twins.set(text, count + 1);
  return `${text} ${count}`;
}

/** The time part is zero, which no generated id has, so that the two cannot collide. */
function deriveId(text: string): string {
  const bytes = new DataView(new ArrayBuffer(10));
  hashTextTo64Bits(text).forEach((half, index) => bytes.setUint32(2 + index * 4, half));
  return createTypeId("step", 0, new Uint8Array(bytes.buffer));
}
