import type { Problem, Severity } from "#core/dataflow/problem.ts";
import type { StepNode } from "#core/flow-document.ts";
import type { JsonPath } from "#core/json.ts";
import { lineAndColumn } from "#core/line-finder.ts";
import type { CodeFault } from "#client/ui/code-editor.tsx";
import type { FieldNote } from "#client/ui/field-notes.tsx";
import { strictId } from "#client/features/flow-editor/problems/find-same-problem.ts";
import { RepairButtons } from "#client/features/flow-editor/problems/repair-buttons.tsx";
import { withoutOwner } from "#client/features/flow-editor/problems/without-owner.ts";

/** Whether a problem is about the value at a path of its step, or about something inside that value. */
export function isWithin({ at }: Problem, path: JsonPath): boolean {
  return at.length >= path.length && path.every((key, depth) => key === at[depth]);
}

/** The pieces of a field's own text that problems are about. A problem of the whole value has no piece. */
export function toCodeFaults(problems: readonly Problem[], path: JsonPath): readonly CodeFault[] {
  return problems
    .filter(({ code, at, from, to }) => at.length === path.length && (to > from || FAULTS.has(code)))
    .map(({ from, to, message, severity }) => ({ from, ...(to > from && { to }), message, severity }));
}

/** They have a place to begin with, and none to end. */
const FAULTS: ReadonlySet<string> = new Set(["bad-code", "bad-template", "bad-secret"]);

/** The problems of a field as it says them, each with its repairs. `text` is the field's own. */
export function toFieldNotes(
  problems: readonly Problem[],
  { step, text, onMended }: { readonly step: StepNode; readonly text: string; readonly onMended: () => void },
): readonly FieldNote[] {
  return problems.map((problem) => ({
    id: strictId(problem),
    tone: TONES[problem.severity],
    text: describeAtField(problem, step, text),
    action: <RepairButtons problem={problem} onMended={onMended} />,
  }));
}

const TONES: Readonly<Record<Severity, FieldNote["tone"]>> = {
  error: "danger",
  warning: "warning",
  info: "calm",
};

/** The sentence without what its field says anyway: whose it is. What does not parse is placed where that takes looking. */
function describeAtField({ code, message, from }: Problem, step: StepNode, text: string): string {
  const sentence = withoutOwner(message, step);
  if (!FAULTS.has(code) || !text.includes("\n")) return sentence;
  const { line, column } = lineAndColumn(text, from);
  return `${sentence.replace(/\.$/, "")} (line ${line}, column ${column}).`;
}
