import { BRANCH_NAMES, type FlowDocument, type StepNode } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepConfig } from "#core/document/step.ts";
import { type JsonObject, copyObjectWithKey } from "#core/json/json.ts";

const encoder = new TextEncoder();
const countBytes = (value: unknown) => encoder.encode(JSON.stringify(value) ?? "").length;

const known = new WeakMap<JsonObject, number>();

/** Counts the bytes of a step's own JSON, without nested steps. Cached, so that an edit measures one step again. */
function measureOwnBytes(node: StepNode): number {
  const cached = known.get(node.fields);
  if (cached !== undefined) return cached;
  const bytes = countBytes(withEmptyBranches(node));
  known.set(node.fields, bytes);
  return bytes;
}

function withEmptyBranches(node: StepNode): JsonObject {
  const { fields, branches } = node;
  if (!branches) return fields;
  let config = getStepConfig(node);
  for (const branch of BRANCH_NAMES) if (branches[branch]) config = copyObjectWithKey(config, branch, []);
  return copyObjectWithKey(fields, "config", config);
}

export interface FlowJsonSize {
  readonly bytes: number;
  /** The step whose own settings take the most bytes. */
  readonly largest: { readonly node: StepNode; readonly bytes: number } | undefined;
}

/** Measures the flow as JSON, as a save of the whole flow sends it. */
export function measureFlowJsonSize(document: FlowDocument): FlowJsonSize {
  const { name, description } = document;
  let bytes = countBytes({ name, description, flowSteps: [] });
  let largest: FlowJsonSize["largest"];
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    const own = measureOwnBytes(node);
    // Adds one byte for the comma that separates the step from the next step in the JSON.
    bytes += own + 1;
    if (!largest || own > largest.bytes) largest = { node, bytes: own };
  }
  return { bytes, largest };
}
