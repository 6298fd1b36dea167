import { addToGroup } from "./find-variable-producers.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";
import { getLocationsOfAllSteps, listEnclosingConditionals } from "#core/document/step-list.ts";
import { type Problem, isServerDependentProblem } from "./problem.ts";

/** The problem marker of a row. Problems of level info are not marked, because they need no action. */
export interface StepProblemSummary {
  /** `environment`: the server cannot run the step as it is configured. */
  readonly severity: "error" | "environment" | "warning";
  readonly count: number;
  readonly text: string;
}

export interface StepProblemSummaries {
  readonly own: StepProblemSummary | undefined;
  /** Summary of the problems inside a conditional, shown while the conditional is folded. */
  readonly inside: StepProblemSummary | undefined;
}

const MAX_MESSAGES = 3;

/** Reuses mark objects with equal content, so that their rows do not render again. */
export function summarizeProblemsByStep(
  document: FlowDocument,
  problems: readonly Problem[],
  before: ReadonlyMap<StepKey, StepProblemSummaries>,
): ReadonlyMap<StepKey, StepProblemSummaries> {
  const known = getLocationsOfAllSteps(document);
  const own = new Map<StepKey, Problem[]>();
  const inside = new Map<StepKey, Problem[]>();
  for (const problem of problems) {
    if (problem.severity === "info") continue;
    for (const step of problem.steps ?? [problem.step]) {
      const at = step === undefined ? undefined : known.get(step);
      if (!at) continue;
      addToGroup(own, at.node.key, problem);
      for (const conditional of listEnclosingConditionals(document, at.list))
        addToGroup(inside, conditional, problem);
    }
  }
  const marks = new Map<StepKey, StepProblemSummaries>();
  for (const key of new Set([...own.keys(), ...inside.keys()])) {
    const old = before.get(key);
    const next = {
      own: keepMark(old?.own, summarize(own.get(key), "messageAtStep")),
      inside: keepMark(old?.inside, summarize(inside.get(key), "message")),
    };
    marks.set(key, old && old.own === next.own && old.inside === next.inside ? old : next);
  }
  return marks;
}

/** `text`: the message of a problem that depends on the server; the other problems are always named in full. */
function summarize(
  problems: readonly Problem[] | undefined,
  text: "message" | "messageAtStep",
): StepProblemSummary | undefined {
  if (!problems) return undefined;
  const messages = problems
    .slice(0, MAX_MESSAGES)
    .map((problem) => problem[isServerDependentProblem(problem) ? text : "message"]);
  const more = problems.length - messages.length;
  return {
    severity: problems.some(({ severity }) => severity === "error")
      ? "error"
      : problems.some(isServerDependentProblem)
        ? "environment"
        : "warning",
    count: problems.length,
    text: [...messages, ...(more > 0 ? [`And ${formatCountWithNoun(more, "more problem")}.`] : [])].join(
      "\n",
    ),
  };
}

function keepMark(
  old: StepProblemSummary | undefined,
  next: StepProblemSummary | undefined,
): StepProblemSummary | undefined {
  const isSame = old?.severity === next?.severity && old?.count === next?.count && old?.text === next?.text;
  return isSame ? old : next;
}
