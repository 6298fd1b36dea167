import type { Problem } from "#core/dataflow/problem.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { cutName } from "#core/quote-name.ts";
import type { Arrival } from "#client/document/arrival.ts";
import { announce } from "#client/ui/announce.ts";
import type { WayOut } from "#client/features/flow-editor/breakage.ts";
import type { Editor } from "#client/features/flow-editor/editor-context.tsx";
import { findRepairsNow, mendProblem } from "#client/features/flow-editor/problems/mend-problem.ts";

/** Faults that the sentence tells of before the rest is a number. */
const TOLD = 2;

/**
 * Tells under the list, as of any edit, what the merge has broken although both sides were sound, with the ways to it and
 * out of it. Call it once the analysis of the merge is there.
 */
export function tellMergeFaults(
  editor: Pick<Editor, "analysis" | "openFlow" | "problems" | "breakage">,
  { before: mine, after: document, rebase }: Arrival,
  onGoTo: (problem: Problem) => void,
): void {
  const now = editor.analysis.now();
  if (!now || now.analysis.document !== document) return;
  const faults = now.dataflow.findMergeFaults(now.analysis, [mine, rebase.after.base.document]);
  const [first] = faults;
  if (!first) return;
  const rest = faults.length - TOLD;
  const told = faults.slice(0, TOLD).map(({ message }) => message);
  const sentence = `Only together the two sides break something: ${told.join(" ")}${rest > 0 ? ` And ${rest} more.` : ""}`;
  const node = first.step === undefined ? undefined : findStep(document, first.step);
  const goTo: readonly WayOut[] = node
    ? [{ label: `Go to ${cutName(stepName(node))}`, run: () => onGoTo(first) }]
    : [];
  const repairs = findRepairsNow(editor, first).map(({ label }) => ({
    label,
    run: () => void mendProblem(editor, first, label),
  }));
  const isBroken = faults.some(({ severity }) => severity === "error");
  editor.breakage.setState({
    now: {
      document,
      verdict: { type: isBroken ? "breaks" : "changes", broken: [], sentence },
      waysOut: [...goTo, ...repairs],
    },
  });
  announce(sentence, "assertive");
}
