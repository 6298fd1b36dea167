import { findStepType } from "#contract/find-step-type.ts";
import { type StepNode, type FlowDocument, MAX_NESTING_LEVEL } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import {
  type StepPlace,
  listKeysOfStepAndNestedSteps,
  findStepList,
  getNestingHeight,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import { describeStepPlace, describeMoveRefusal } from "#core/document/step-place.ts";
import { getStepType } from "#core/document/step.ts";
import type { JsonObject } from "#core/json/json.ts";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";

const loadCopyCode = () => import("./copy-steps-with-new-ids.ts");

const PAST_TENSES = { add: "Added", duplicate: "Duplicated", paste: "Pasted" } as const;

/** Returns why the steps do not fit; nothing changes then. */
export function insertSteps(
  { documentNow, editAndSelect, selection, nameOf, focusStep }: Editor,
  steps: readonly StepNode[],
  place: StepPlace,
  verb: keyof typeof PAST_TENSES,
): string | undefined {
  const [first] = steps;
  const refusal = explainRefusedInsertion(documentNow(), steps, place);
  if (refusal !== undefined || !first) return refusal;
  const keys = steps.map((node) => node.key);
  editAndSelect({ type: "insertSteps", steps, place, verb }, () => {
    // Selecting one step opens the inspector, which on a narrow page would cover the list unexpectedly.
    if (keys.length > 1) selection.selectMany(keys);
    else if (selection.getState().keys.size > 0) selection.selectOnly(first.key);
  });
  announceToScreenReaders(
    `${PAST_TENSES[verb]} ${nameOf(keys)} at ${describeStepPlace(documentNow(), first.key)}.`,
  );
  if (verb !== "add") focusStep(first.key);
  return undefined;
}

/** With ids and variables of their own. Returns why the copies do not fit; nothing changes then. */
export async function insertStepCopies(
  editor: Editor,
  steps: readonly JsonObject[],
  place: StepPlace,
  verb: "duplicate" | "paste",
): Promise<string | undefined> {
  const { copyStepsWithNewIds } = await loadCopyCode();
  const copies = await copyStepsWithNewIds(steps, editor.documentNow);
  const refusal = insertSteps(editor, copies, place, verb);
  if (refusal !== undefined) return refusal;
  if (verb === "paste") reportUnknownTypes(copies);
  reportUnsetReads(editor, copies);
  return undefined;
}

/** Inserts the copies anyway: the steps that set the variables may be pasted next. */
function reportUnsetReads({ analysis, selection, list }: Editor, copies: readonly StepNode[]): void {
  const reads = analysis.now()?.analysis.reads;
  const lost = copies.flatMap(listKeysOfStepAndNestedSteps).flatMap((step) => {
    const unset = (reads?.get(step) ?? []).filter(
      ({ state, reference }) => state === "unset" && reference.form !== "explicit",
    );
    return [...new Set(unset.map(({ reference }) => reference.name))].map((name) => ({ step, name }));
  });
  const [first] = lost;
  if (!first) return;
  const names = [...new Set(lost.map(({ name }) => name))];
  const named = names.slice(0, 3).map(quoteName).join(", ");
  const more = names.length > 3 ? ` and ${formatNumber(names.length - 3)} more` : "";
  toasts.show({
    text: `${formatCount(lost.length, "unset reference")}: ${named}${more}.`,
    action: {
      label: "Show",
      run: () => {
        selection.selectOnly(first.step);
        list.current?.focusStep(first.step);
      },
    },
  });
}

/** Such steps are kept unchanged: the server decides whether they run. */
function reportUnknownTypes(copies: readonly StepNode[]) {
  const types = new Set(copies.flatMap(typesWithin).filter((type) => !findStepType(type)));
  if (types.size === 0) return;
  const named = [...types].slice(0, 3).join(", ");
  const more = types.size > 3 ? ` and ${formatNumber(types.size - 3)} more` : "";
  const typeNoun = types.size === 1 ? "step type" : "step types";
  toasts.show({ text: `Unknown ${typeNoun}: ${named}${more}. Settings are kept.` });
}

function typesWithin(node: StepNode): readonly string[] {
  const inside = Object.values(node.branches ?? {}).flatMap((steps) => steps ?? []);
  return [getStepType(node), ...inside.flatMap(typesWithin)];
}

/** Returns how many more steps the flow can hold, nested steps included. */
export function countStepsUntilLimit(document: FlowDocument): number {
  return Math.max(0, FLOW_LIMITS.steps - getLocationsOfAllSteps(document).size);
}

/** Returns a sentence that says why the steps cannot be inserted at the position; undefined if they can. */
export function explainRefusedInsertion(
  document: FlowDocument,
  steps: readonly StepNode[],
  { list, index }: StepPlace,
): string | undefined {
  const count = steps.flatMap(listKeysOfStepAndNestedSteps).length;
  if (count > countStepsUntilLimit(document)) return describeExceededStepLimit(document, count);
  const target = findStepList(document, list);
  if (!target || index > target.length) return "This position no longer exists.";
  const level = list.type === "root" ? 0 : (getLocationsOfAllSteps(document).get(list.step)?.level ?? 0) + 1;
  if (steps.some((node) => level + getNestingHeight(node) > MAX_NESTING_LEVEL))
    return describeMoveRefusal("too-deep");
  return undefined;
}

/** Returns a sentence such as “Flows are limited to 2,000 steps. This flow has 1,999, so 3 more don’t fit.” */
export function describeExceededStepLimit(document: FlowDocument, count: number): string {
  const [most, has, more] = [FLOW_LIMITS.steps, getLocationsOfAllSteps(document).size, count].map(
    formatNumber,
  );
  return `Flows are limited to ${most} steps. This flow has ${has}, so ${more} more ${count === 1 ? "doesn’t" : "don’t"} fit.`;
}
