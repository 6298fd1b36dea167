import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { ConfigFault, StepReferences, StepTypes } from "#core/references/reference.ts";
import { locateSteps } from "#core/step-list.ts";
import { checkStepConfig } from "./find-step-problems.ts";

// The texts of a flow can be read elsewhere, as in a worker: what goes there and what comes back is plain data.

/** All that what is read of a step hangs on. */
export interface StepTexts {
  /** Without `id` and name, and without the steps inside it. */
  readonly fields: JsonObject;
  readonly isConditional: boolean;
}

export interface StepReading {
  readonly references: StepReferences;
  readonly misfits: readonly ConfigFault[];
}

/** The steps that an analysis would have to read. */
export function listUnread(document: FlowDocument, types: StepTypes): readonly StepNode[] {
  const unread: StepNode[] = [];
  for (const { node } of locateSteps(document).values()) {
    if (readStepReferences.peek(node, types) === undefined) unread.push(node);
  }
  return unread;
}

export function textsOf({ fields, branches }: StepNode): StepTexts {
  const { type = null, when = null, config } = fields;
  const own =
    branches && isJsonObject(config)
      ? Object.fromEntries(Object.entries(config).filter(([key]) => !isBranch(key)))
      : config;
  return {
    fields: { type, when, ...(own !== undefined && { config: own }) },
    isConditional: branches !== undefined,
  };
}

export function readTexts({ fields, isConditional }: StepTexts, types: StepTypes): StepReading {
  const branches = { trueSteps: undefined, falseSteps: undefined };
  const node: StepNode = { key: "" as StepKey, fields, ...(isConditional && { branches }) };
  return { references: readStepReferences(node, types), misfits: checkStepConfig(node, types) };
}

/** Takes over what was read elsewhere: an analysis does not read the step again. */
export function primeStep(node: StepNode, { references, misfits }: StepReading, types: StepTypes): void {
  readStepReferences.prime(node, types, references);
  checkStepConfig.prime(node, types, misfits);
}

/** Letters in the step's own texts: about what reading it costs. */
export function measureTexts(node: StepNode): number {
  let letters = 0;
  const { config = null, when = null } = node.fields;
  const open: JsonValue[] = [when];
  if (node.branches && isJsonObject(config)) {
    for (const [key, value] of Object.entries(config)) if (!isBranch(key)) open.push(value);
  } else open.push(config);
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "string") letters += value.length;
    else if (typeof value === "object" && value !== null)
      for (const inside of Object.values(value)) open.push(inside);
  }
  return letters;
}

function isBranch(key: string): boolean {
  return BRANCHES.some((branch) => branch === key);
}
