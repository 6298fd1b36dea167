import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import type { StepNode } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import {
  type StepContent,
  type StepTextNames,
  clipNames,
  describeContent,
  listStepNodes,
} from "./index-entry.ts";

/** Lists the names in the texts of each step in document order. Loads the parsers, and can take seconds. */
export function findNamesInStepTexts(flowSteps: readonly JsonObject[]): readonly StepTextNames[] {
  return listStepNodes(flowSteps).map(readTextNames);
}

/** Describes each step in document order, in this thread. */
export function findStepContents(flowSteps: readonly JsonObject[]): readonly StepContent[] {
  return listStepNodes(flowSteps).map((node) => describeContent(node, readTextNames(node)));
}

function readTextNames(node: StepNode): StepTextNames {
  const { reads, sets } = readStepReferences(node, stepTypeLookup);
  return {
    reads: clipNames(reads.map(({ name }) => name)),
    sets: clipNames(sets.map(({ name }) => name)),
    secrets: clipNames(listSecretUses(node, stepTypeLookup).map(({ key }) => key)),
  };
}
