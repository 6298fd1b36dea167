import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  ArrowUpToLine,
  CornerDownRight,
  CornerLeftUp,
  MoveVertical,
} from "lucide-react";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import {
  type StepMovePlace,
  type StepMoveDirection,
  findStepMovePlace,
} from "#core/document/find-step-move-place.ts";
import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import {
  type StepPlace,
  type StepListRef,
  findStep,
  haveSameStepOrder,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import { describeStepPlace, describeMoveRefusal, findMoveRefusalReason } from "#core/document/step-place.ts";
import { getStepName } from "#core/document/step.ts";
import { isVariableReadProblem } from "#core/dataflow/problem.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatShortcut } from "#client/ui/format/format-shortcut.ts";
import {
  type DescribedMoveImpact,
  type LabeledQuickFixCallback,
  REPORT_DELAY_MS,
} from "#client/editor/session/broken-references.ts";
import { setStepMoveState } from "#client/editor/session/step-move-state.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import type { StepMoveTriggerControl } from "#client/editor/session/editor-session.ts";
import {
  EDIT_SCOPES,
  type EditorAction,
  type ActionTargetSteps,
  defineEditorAction,
} from "./define-action.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

const MOVE_OUT = "Alt+Shift+ArrowLeft";

/** If the move is impossible, menus show the reason and the shortcut announces it. */
const shiftAction = (
  direction: StepMoveDirection,
  way: string,
  own: Pick<EditorAction, "id" | "icon" | "keys" | "sheetGroup">,
): EditorAction =>
  defineEditorAction({
    ...own,
    needs: EDIT_SCOPES,
    label: `Move ${way}`,
    menuLabel: (_editor, { them = "" }) => `Move${them} ${way}`,
    scope: "row",
    worksIn: ["drag"],
    disabledReason: ({ documentNow }, { keys }) => {
      const shift = findStepMovePlace(documentNow(), keys, direction);
      return shift.type === "blocked" ? shift.reason : undefined;
    },
    run: (editor, targets) => shiftSteps(editor, targets, direction),
  });

export const moveStepsUpAction = shiftAction("up", "up", {
  id: "moveUp",
  icon: ArrowUp,
  keys: ["Alt+ArrowUp"],
  sheetGroup: "Move",
});
export const moveStepsDownAction = shiftAction("down", "down", {
  id: "moveDown",
  icon: ArrowDown,
  keys: ["Alt+ArrowDown"],
  sheetGroup: "Move",
});
export const moveStepsToTopAction = shiftAction("top", "to top", { id: "moveToTop", icon: ArrowUpToLine });
export const moveStepsToBottomAction = shiftAction("bottom", "to bottom", {
  id: "moveToBottom",
  icon: ArrowDownToLine,
});

export const moveStepsOutAction = defineEditorAction({
  id: "moveOut",
  needs: EDIT_SCOPES,
  label: "Move out of the conditional",
  menuLabel: ({ documentNow }, { lead, them = "" }) => {
    const own = lead === undefined ? undefined : getLocationsOfAllSteps(documentNow()).get(lead)?.list;
    return `Move${them} out of ${own ? nameList(documentNow(), own) : "the conditional"}`;
  },
  icon: CornerLeftUp,
  keys: [MOVE_OUT],
  scope: "row",
  sheetGroup: "Move",
  worksIn: ["drag"],
  followsDirection: true,
  isShown: ({ documentNow }, { keys }) => findStepMovePlace(documentNow(), keys, "out").type !== "blocked",
  run: (editor, targets) => shiftSteps(editor, targets, "out"),
});

export const moveStepsInAction = defineEditorAction({
  id: "moveInto",
  needs: EDIT_SCOPES,
  label: "Move into a conditional",
  menuLabel: ({ documentNow }, { keys, them = "" }) => {
    const shift = findStepMovePlace(documentNow(), keys, "into");
    const list = shift.type === "blocked" ? undefined : shift.place.list;
    return `Move${them} into ${list ? nameList(documentNow(), list) : "a conditional"}`;
  },
  icon: CornerDownRight,
  keys: ["Alt+Shift+ArrowRight"],
  scope: "row",
  sheetGroup: "Move",
  worksIn: ["drag"],
  followsDirection: true,
  isShown: ({ documentNow }, { keys }) => findStepMovePlace(documentNow(), keys, "into").type !== "blocked",
  run: (editor, targets) => shiftSteps(editor, targets, "into"),
});

export const openMoveToDialogAction = defineEditorAction({
  id: "moveTo",
  needs: EDIT_SCOPES,
  label: "Move to…",
  menuLabel: (_editor, { them = "" }) => `Move${them} to…`,
  icon: MoveVertical,
  scope: "row",
  run: ({ openDialog }, { keys, movedWith, lead }) => openDialog({ type: "moveTo", keys, movedWith, lead }),
});

function nameList(document: FlowDocument, list: StepListRef): string {
  const conditional = list.type === "branch" ? findStep(document, list.step) : undefined;
  if (!conditional || list.type !== "branch") return "the conditional";
  return `${quoteName(getStepName(conditional))} › ${CONDITIONAL_BRANCH_LABELS[list.branch]}`;
}

function shiftSteps(
  editor: Editor,
  { keys, movedWith, lead }: ActionTargetSteps,
  direction: StepMoveDirection,
): void {
  setStepMoveState({ type: "none" });
  const shift = findStepMovePlace(editor.documentNow(), keys, direction);
  if (shift.type === "blocked") editor.refuse(`${shift.reason}${hintAtKeys(shift)}`);
  else moveStepsInEditor(editor, keys, shift.place, { movedWith, lead });
}

function hintAtKeys({ canLeave }: StepMovePlace & { readonly type: "blocked" }): string {
  return canLeave === undefined ? "" : ` ${formatShortcut(MOVE_OUT)} moves ${canLeave} out.`;
}

interface MoveFocus {
  readonly movedWith?: StepMoveTriggerControl | undefined;
  readonly lead?: StepKey | undefined;
}

export function moveStepsInEditor(
  editor: Editor,
  keys: readonly StepKey[],
  place: StepPlace,
  { movedWith = "row", lead = keys[0] }: MoveFocus = {},
): void {
  const { openFlow, list, documentNow, nameOf, focusStep, refuse } = editor;
  const [first] = getTopmostSteps(documentNow(), keys);
  const refusal = findMoveRefusalReason(documentNow(), keys, place);
  if (!first || lead === undefined) return;
  if (refusal) {
    refuse(describeMoveRefusal(refusal));
    return;
  }
  const before = documentNow();
  openFlow.edit({ type: "moveSteps", keys, place });
  const after = documentNow();
  const moved = `Moved ${nameOf(keys)} to ${describeStepPlace(after, first.key)}.`;
  announceToScreenReaders(moved, "assertive");
  if (movedWith === "elsewhere") list.current?.showStep(lead);
  else focusStep(lead, movedWith);
  // Waits until the move is painted and no further move follows: finding quick fixes is slow.
  setTimeout(() => {
    if (documentNow() !== after) return;
    const impact = editor.moveAssessor.assess(before, keys, place);
    if (impact.sentence !== "") announceToScreenReaders(`${moved} ${impact.sentence}`, "assertive");
    if (impact.type !== "safe") offerQuickFixes(editor, { before, keys, place, impact });
  }, REPORT_DELAY_MS);
}

interface MoveToFix {
  readonly before: FlowDocument;
  readonly keys: readonly StepKey[];
  readonly place: StepPlace;
  readonly impact: DescribedMoveImpact;
}

function offerQuickFixes(editor: Editor, move: MoveToFix): void {
  const { impact } = move;
  const quickFixes = impact.type === "breaks" ? findQuickFixActions(editor, move) : [];
  editor.brokenReferences.setState({ now: { document: editor.documentNow(), impact, quickFixes } });
}

function findQuickFixActions(
  editor: Editor,
  { before, keys, place, impact }: MoveToFix,
): readonly LabeledQuickFixCallback[] {
  const known = editor.analysis.now();
  if (!known) return [];
  const { dataflow, analysis } = known;
  const [first] = impact.broken;
  const problem =
    first &&
    analysis.problems.find(
      (candidate) =>
        isVariableReadProblem(candidate) &&
        candidate.step === first.step &&
        candidate.name === first.reference.name,
    );
  // Offers no quick fix that moves the same steps again, because the user can undo the move instead.
  const fixes = (problem ? dataflow.findQuickFixes(analysis, problem) : []).filter(
    ({ command }) => command.type === "moveSteps" && !command.keys.some((key) => keys.includes(key)),
  );
  const quickFixes = fixes.map(({ label, command }): LabeledQuickFixCallback => ({
    label,
    run: () => {
      editor.openFlow.edit(command);
      announceToScreenReaders(`Done: ${label}.`, "assertive");
      if (keys[0] !== undefined) editor.focusStep(keys[0]);
    },
  }));

  const needed = dataflow.findNeededSteps(before, keys, place);
  if (!needed) return quickFixes;
  const others = needed.filter((key) => !keys.includes(key));
  const [only] = others;
  const node = others.length === 1 && only !== undefined ? findStep(before, only) : undefined;
  const label = node
    ? `Move ${quoteName(getStepName(node))} too`
    : `Move ${keys.length === 1 ? "its" : "their"} ${formatCount(others.length, "dependency", "dependencies")} too`;
  const run = () => {
    editor.openFlow.undo();
    moveStepsInEditor(editor, needed, place, { lead: keys[0] });
  };
  const together = { label, run };

  // If two quick fixes have the same result, offers only the one that is easier to understand.
  const result = applyEditCommand(before, { type: "moveSteps", keys: needed, place });
  const now = editor.documentNow();
  const same = fixes.findIndex(({ command }) => haveSameStepOrder(result, applyEditCommand(now, command)));
  if (same !== -1 && node) return quickFixes;
  return [together, ...quickFixes.filter((_, index) => index !== same)];
}
