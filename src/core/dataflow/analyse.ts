import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { locateSteps } from "#core/step-list.ts";
import { findReadProblems } from "./find-read-problems.ts";
import { findSetProblems } from "./find-set-problems.ts";
import { findStepProblems } from "./find-step-problems.ts";
import { findWinnerChanges } from "./find-winner-changes.ts";
import { type FlowInput, listInputs } from "./list-inputs.ts";
import type { Problem } from "./problem.ts";
import { type FlowReads, resolveReads } from "./resolve-reads.ts";
import { type NameSurvey, surveyNames } from "./survey-names.ts";

/** What a flow means: who reads what from whom, what is wrong with it, and what a run has to supply. */
export interface Analysis {
  readonly document: FlowDocument;
  readonly survey: NameSurvey;
  readonly reads: FlowReads;
  /** In the order of the page, those of the flow itself first. */
  readonly problems: readonly Problem[];
  readonly inputs: readonly FlowInput[];
}

/**
 * Reads a whole flow. Steps that were read before cost a look-up. `since`, how the references were resolved before
 * someone edited the flow: where another step's value is read now, that is a warning. Never throws, whatever the flow
 * holds. Loads the parsers: import it lazily.
 */
export function analyse(document: FlowDocument, types: StepTypes, since?: FlowReads): Analysis {
  const survey = surveyNames(document, types);
  const reads = resolveReads(document, { types, survey });
  const inputs = listInputs(reads, survey);
  const context = { document, types, survey, reads, inputs };
  const found = [
    ...findStepProblems(document, types),
    ...findReadProblems(context),
    ...findSetProblems(context),
    ...(since ? findWinnerChanges(document, since, reads) : []),
  ];
  return { document, survey, reads, problems: sortByPage(document, found), inputs };
}

/** What the parts of an analysis share. */
export type AnalysisContext = Omit<Analysis, "problems"> & { readonly types: StepTypes };

function sortByPage(document: FlowDocument, problems: readonly Problem[]): readonly Problem[] {
  const known = locateSteps(document);
  const ordinalOf = (step: StepKey | undefined) =>
    step === undefined ? -1 : (known.get(step)?.ordinal ?? Infinity);
  return problems
    .map((problem) => ({ problem, ordinal: ordinalOf(problem.step) }))
    .toSorted((a, b) => a.ordinal - b.ordinal)
    .map(({ problem }) => problem);
}
