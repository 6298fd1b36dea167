import { type FlowDocument, MAX_NESTING_LEVEL, type StepNode } from "#core/document/flow-document.ts";
import { isStepNodeArray } from "#core/document/is-flow-document.ts";
import {
  type StepPlace,
  findStepList,
  getNestingHeight,
  isSameStepListRef,
  listKeysOfStepAndNestedSteps,
  getLocationsOfAllSteps,
  replaceStepListsOfDocument,
  listEnclosingConditionals,
} from "#core/document/step-list.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isStepPlace } from "./field-checks.ts";
import { formatNameOrCountOfStepNodes } from "./name-steps.ts";

export interface InsertStepsCommand {
  readonly type: "insertSteps";
  readonly steps: readonly StepNode[];
  readonly place: StepPlace;
  readonly verb?: "add" | "duplicate" | "paste";
}

/** Changes nothing if the place does not exist or is too deep, or a key repeats or exists already. */
export const insertStepsDefinition: EditCommandDefinition<InsertStepsCommand> = {
  apply: insert,
  describe: (_document, { steps, verb }) => `${verb ?? "add"} ${formatNameOrCountOfStepNodes(steps)}`,
  affectedSteps: ({ steps }) => steps.flatMap(listKeysOfStepAndNestedSteps),
  isValid: ({ steps, place }) => isStepNodeArray(steps) && isStepPlace(place),
};

function insert(document: FlowDocument, { steps, place }: InsertStepsCommand): FlowDocument {
  const list = findStepList(document, place.list);
  if (!list || steps.length === 0 || place.index < 0 || place.index > list.length) return document;
  const level = listEnclosingConditionals(document, place.list).length;
  if (steps.some((node) => level + getNestingHeight(node) > MAX_NESTING_LEVEL)) return document;
  const known = getLocationsOfAllSteps(document);
  const keys = steps.flatMap(listKeysOfStepAndNestedSteps);
  if (new Set(keys).size < keys.length || keys.some((key) => known.has(key))) return document;
  return replaceStepListsOfDocument(document, (current, ref) =>
    isSameStepListRef(ref, place.list) ? current.toSpliced(place.index, 0, ...steps) : current,
  );
}
