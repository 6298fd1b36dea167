import type { Problem } from "#core/dataflow/problem.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { locateSteps, stepsAround } from "#core/step-list.ts";
import { formatCount } from "#client/ui/format-count.ts";

/** What a row shows of problems. Notes are not marked: they are no reason to look up from one's work. */
export interface ProblemMark {
  readonly severity: "error" | "warning";
  readonly count: number;
  /** Their sentences, one a line. */
  readonly text: string;
}

export interface StepMarks {
  readonly own: ProblemMark | undefined;
  /** Of the steps inside a conditional, for when they are folded away. */
  readonly inside: ProblemMark | undefined;
}

/** Sentences that a mark says; the panel has them all. */
const MOST_SAID = 3;

/** The marks of all steps. A step whose mark says what it said before keeps it, so that its row is not drawn anew. */
export function markSteps(
  document: FlowDocument,
  problems: readonly Problem[],
  before: ReadonlyMap<StepKey, StepMarks>,
): ReadonlyMap<StepKey, StepMarks> {
  const known = locateSteps(document);
  const own = new Map<StepKey, Problem[]>();
  const inside = new Map<StepKey, Problem[]>();
  for (const problem of problems) {
    const at = problem.step === undefined ? undefined : known.get(problem.step);
    if (!at || problem.severity === "info") continue;
    addTo(own, at.node.key, problem);
    for (const around of stepsAround(document, at.list)) addTo(inside, around, problem);
  }
  const marks = new Map<StepKey, StepMarks>();
  for (const key of new Set([...own.keys(), ...inside.keys()])) {
    const old = before.get(key);
    const next = {
      own: keepMark(old?.own, summarise(own.get(key))),
      inside: keepMark(old?.inside, summarise(inside.get(key))),
    };
    marks.set(key, old && old.own === next.own && old.inside === next.inside ? old : next);
  }
  return marks;
}

/** What a row shows: its own problems, and when it is folded those inside it as well. */
export function markOfRow(marks: StepMarks | undefined, isFolded: boolean): ProblemMark | undefined {
  const { own, inside } = marks ?? {};
  if (!isFolded || !inside) return own;
  const text = `Inside: ${inside.text}`;
  if (!own) return { ...inside, text };
  const severity = own.severity === "error" ? own.severity : inside.severity;
  return { severity, count: own.count + inside.count, text: `${own.text}\n${text}` };
}

/** What a screen reader says of a marked row after its name: “2 problems: …”. */
export function describeMark({ count, text }: ProblemMark): string {
  return `${formatCount(count, "problem")}: ${text}`;
}

function summarise(problems: readonly Problem[] | undefined): ProblemMark | undefined {
  if (!problems) return undefined;
  const said = problems.slice(0, MOST_SAID).map(({ message }) => message);
  const more = problems.length - said.length;
  return {
    severity: problems.some(({ severity }) => severity === "error") ? "error" : "warning",
    count: problems.length,
    text: [...said, ...(more > 0 ? [`And ${more} more.`] : [])].join("\n"),
  };
}

function keepMark(old: ProblemMark | undefined, next: ProblemMark | undefined): ProblemMark | undefined {
  const isSame = old?.severity === next?.severity && old?.count === next?.count && old?.text === next?.text;
  return isSame ? old : next;
}

function addTo(groups: Map<StepKey, Problem[]>, key: StepKey, problem: Problem): void {
  const known = groups.get(key);
  if (known) known.push(problem);
  else groups.set(key, [problem]);
}
