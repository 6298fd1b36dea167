import type { Problem } from "#core/dataflow/problem.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps, listConditionalKeysAroundStepList } from "#core/document/step-list.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

/** The problem marker of a row. Problems of level info are not marked, because they need no action. */
export interface StepRowProblemSummary {
  readonly severity: "error" | "warning";
  readonly count: number;
  readonly text: string;
}

export interface OwnAndNestedStepProblemSummaries {
  readonly own: StepRowProblemSummary | undefined;
  /** Summary of the problems inside a conditional, shown while the conditional is folded. */
  readonly inside: StepRowProblemSummary | undefined;
}

const MAX_MESSAGES = 3;

/**
 * Computes the marks of all steps. Reuses mark objects with equal content, so that their rows do not render again.
 */
export function summarizeProblemsByStep(
  document: FlowDocument,
  problems: readonly Problem[],
  before: ReadonlyMap<StepKey, OwnAndNestedStepProblemSummaries>,
): ReadonlyMap<StepKey, OwnAndNestedStepProblemSummaries> {
  const known = getLocationsOfAllSteps(document);
  const own = new Map<StepKey, Problem[]>();
  const inside = new Map<StepKey, Problem[]>();
  for (const problem of problems) {
    const at = problem.step === undefined ? undefined : known.get(problem.step);
    if (!at || problem.severity === "info") continue;
    addTo(own, at.node.key, problem);
    for (const conditional of listConditionalKeysAroundStepList(document, at.list))
      addTo(inside, conditional, problem);
  }
  const marks = new Map<StepKey, OwnAndNestedStepProblemSummaries>();
  for (const key of new Set([...own.keys(), ...inside.keys()])) {
    const old = before.get(key);
    const next = {
      own: keepMark(old?.own, summarize(own.get(key))),
      inside: keepMark(old?.inside, summarize(inside.get(key))),
    };
    marks.set(key, old && old.own === next.own && old.inside === next.inside ? old : next);
  }
  return marks;
}

export function getStepRowProblemSummary(
  marks: OwnAndNestedStepProblemSummaries | undefined,
  isFolded: boolean,
): StepRowProblemSummary | undefined {
  const { own, inside } = marks ?? {};
  if (!isFolded || !inside) return own;
  const text = `Inside: ${inside.text}`;
  if (!own) return { ...inside, text };
  const severity = own.severity === "error" ? own.severity : inside.severity;
  return { severity, count: own.count + inside.count, text: `${own.text}\n${text}` };
}

export function describeStepRowProblems({ count, text }: StepRowProblemSummary): string {
  return `${formatCount(count, "problem")}: ${text}`;
}

function summarize(problems: readonly Problem[] | undefined): StepRowProblemSummary | undefined {
  if (!problems) return undefined;
  const messages = problems.slice(0, MAX_MESSAGES).map(({ message }) => message);
  const more = problems.length - messages.length;
  return {
    severity: problems.some(({ severity }) => severity === "error") ? "error" : "warning",
    count: problems.length,
    text: [...messages, ...(more > 0 ? [`And ${formatCount(more, "more problem")}.`] : [])].join("\n"),
  };
}

function keepMark(
  old: StepRowProblemSummary | undefined,
  next: StepRowProblemSummary | undefined,
): StepRowProblemSummary | undefined {
  const isSame = old?.severity === next?.severity && old?.count === next?.count && old?.text === next?.text;
  return isSame ? old : next;
}

function addTo(groups: Map<StepKey, Problem[]>, key: StepKey, problem: Problem): void {
  const known = groups.get(key);
  if (known) known.push(problem);
  else groups.set(key, [problem]);
}
