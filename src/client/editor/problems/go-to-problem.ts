import { useCallback } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import type { JsonPath } from "#core/json/json.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { selectTextRange } from "#client/ui/code/select-text-range.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import type { StepTextRange } from "#client/editor/session/editor-session.ts";
import type { useNavigateToFlowTab } from "#client/editor/session/flow-tabs.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { findSingleSelectedStep } from "#client/editor/session/step-selection.ts";

/** Returns a function that opens the step of a problem, from any tab, and focuses the field with the problem. */
export function useGoToProblem(
  editor: Editor,
  showTab: ReturnType<typeof useNavigateToFlowTab>,
): (problem: Problem) => void {
  return useCallback(
    (problem) => {
      const { step, at, from, to } = problem;
      if (step === undefined) return;
      editor.problems.markCurrent(problem);
      // Before the navigation: selecting writes the step into the URL of the view that is still open.
      editor.inspect(step);
      showTab("steps", step);
      showTextRangeInStepField(editor, { step, at, from, to });
    },
    [editor, showTab],
  );
}

/** Expands the field's group if it is collapsed. */
export function showTextRangeInStepField(
  { inspect, list, inspectorViews }: Editor,
  { step, at, from, to }: StepTextRange,
): void {
  inspectorViews.requestField({ step, at });
  inspect(step);
  let found: FoundField | undefined;
  let isShown = false;
  requestFocusWhenRendered(
    () => {
      // Scrolls as soon as the step list is mounted, which is later if another view was open.
      if (!isShown && list.current) {
        list.current.showStep(step);
        isShown = true;
      }
      found = findNearestFieldToPath(step, at, from);
      return isShown ? found?.control : undefined;
    },
    {
      onFocused: (control) => {
        // Selects nothing in a row, which shows only a part of the text.
        if (found?.isExact && to > from && !control.closest("[data-row]")) selectTextRange(control, from, to);
      },
    },
  );
}

const CONTROLS = "input, select, textarea, .cm-content, [role=switch], [data-add]";

interface FoundField {
  readonly control: HTMLElement;
  /** Whether the field has exactly this path, so that offsets in the text at the path apply to the field. */
  readonly isExact: boolean;
}

/** Else the inspector's heading. Undefined until the step's inspector and control are rendered. */
function findNearestFieldToPath(step: StepKey, at: JsonPath, offset: number): FoundField | undefined {
  const inspector = document.querySelector(`[data-inspector="${CSS.escape(step)}"]`);
  if (!inspector?.querySelector("[data-field=name]")) return undefined;
  const path = at.join(".");
  const pathOf = ({ dataset }: HTMLElement) => dataset["path"] ?? dataset["field"] ?? "";
  const [field] = [...inspector.querySelectorAll<HTMLElement>("[data-field]")]
    .filter((element) => path === pathOf(element) || path.startsWith(`${pathOf(element)}.`))
    .toSorted((a, b) => pathOf(b).length - pathOf(a).length);
  if (!field) {
    const heading = document.querySelector<HTMLElement>("[data-inspector-heading]");
    return heading ? { control: heading, isExact: false } : undefined;
  }
  const isExact = path === pathOf(field);
  const parts = isExact ? [...field.querySelectorAll<HTMLElement>("[data-from]")] : [];
  const part = parts.findLast(({ dataset }) => Number(dataset["from"]) <= offset) ?? field;
  const control = part.querySelector<HTMLElement>(CONTROLS);
  return control ? { control, isExact } : undefined;
}

export function goToNextOrPreviousProblem(
  { openFlow, analysis, problems, selection }: Editor,
  by: 1 | -1,
  goTo: (problem: Problem) => void,
): void {
  openFlow.flush();
  const now = analysis.now();
  if (!now) return;
  const { problems: reported, current } = problems.getState();
  const stops = listNavigableProblems(reported);
  const known = getLocationsOfAllSteps(now.analysis.document);
  const next = findNextOrPreviousProblem(
    stops,
    {
      current,
      step: findSingleSelectedStep(selection.getState()),
      ordinalOf: (key) => known.get(key)?.ordinal ?? -1,
    },
    by,
  );
  if (!next) {
    announceToScreenReaders("No problems.");
    return;
  }
  goTo(next);
  announceToScreenReaders(`Problem ${stops.indexOf(next) + 1} of ${stops.length}: ${next.message}`);
}

/** Lists the problems that “next” and “previous” visit: errors and warnings at steps, or notes if there are neither. */
export function listNavigableProblems(problems: readonly Problem[]): readonly Problem[] {
  const atSteps = problems.filter(({ step }) => step !== undefined);
  const severe = atSteps.filter(({ severity }) => severity !== "info");
  return severe.length > 0 ? severe : atSteps;
}

interface ProblemPosition {
  readonly current: Problem | undefined;
  readonly step: StepKey | undefined;
  readonly ordinalOf: (key: StepKey) => number;
}

/** In page order, wrapping around. Starts at `current`, or at the step that was selected since. */
export function findNextOrPreviousProblem(
  stops: readonly Problem[],
  { current, step, ordinalOf }: ProblemPosition,
  by: 1 | -1,
): Problem | undefined {
  const at = current ? stops.indexOf(current) : -1;
  if (at >= 0 && (step === undefined || step === current?.step)) {
    return stops[(at + by + stops.length) % stops.length];
  }
  if (step === undefined) return stops.at(by > 0 ? 0 : -1);
  const stepOrdinal = ordinalOf(step);
  const ordinal = (problem: Problem) => (problem.step === undefined ? -1 : ordinalOf(problem.step));
  return by > 0
    ? (stops.find((problem) => ordinal(problem) >= stepOrdinal) ?? stops[0])
    : (stops.findLast((problem) => ordinal(problem) < stepOrdinal) ?? stops.at(-1));
}
