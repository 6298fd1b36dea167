import { type Problem, type ProblemSeverity, getProblemIdWithOffsets } from "#core/dataflow/problem.ts";
import type { JsonPath } from "#core/json/json.ts";
import { findLineAndColumn } from "#core/json/line-finder.ts";
import type { CodeEditorDiagnostic } from "#client/ui/code/code-editor.tsx";
import type { FieldNote } from "#client/ui/fields/field-notes.tsx";
import { QuickFixButtons } from "#client/editor/problems/quick-fix-buttons.tsx";

export function isProblemAtOrBelowPath({ at }: Problem, path: JsonPath): boolean {
  return at.length >= path.length && path.every((key, depth) => key === at[depth]);
}

/**
 * Converts problems to ranges in the field's text. Skips problems that concern the whole value, which have no range.
 */
export function toCodeEditorErrors(
  problems: readonly Problem[],
  path: JsonPath,
): readonly CodeEditorDiagnostic[] {
  return problems
    .filter(({ code, at, from, to }) => at.length === path.length && (to > from || PARSE_ERRORS.has(code)))
    .map(({ from, to, messageAtStep, severity }) => ({
      from,
      ...(to > from && { to }),
      message: messageAtStep,
      severity,
    }));
}

/** Codes of parse errors. A parse error has a start but no end, so it is shown as a position, not as a range. */
const PARSE_ERRORS: ReadonlySet<string> = new Set(["bad-code", "bad-template", "bad-secret"]);

export function buildFieldNotesFromProblems(
  problems: readonly Problem[],
  { text, onFixed }: { readonly text: string; readonly onFixed: () => void },
): readonly FieldNote[] {
  return problems.map((problem) => ({
    id: getProblemIdWithOffsets(problem),
    tone: TONES[problem.severity],
    text: describeAtField(problem, text),
    action: <QuickFixButtons problem={problem} onFixed={onFixed} />,
  }));
}

const TONES: Readonly<Record<ProblemSeverity, FieldNote["tone"]>> = {
  error: "danger",
  warning: "warning",
  info: "calm",
};

/** For multi-line text, adds the position of a parse error. */
function describeAtField({ code, messageAtStep, from }: Problem, text: string): string {
  if (!PARSE_ERRORS.has(code) || !text.includes("\n")) return messageAtStep;
  const { line, column } = findLineAndColumn(text, from);
  return `${messageAtStep.replace(/\.$/, "")} (line ${line}, column ${column}).`;
}
