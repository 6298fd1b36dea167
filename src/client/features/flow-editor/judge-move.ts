import type { MoveVerdicts } from "#core/dataflow/plan-verdicts.ts";
import type { ResolvedRead } from "#core/dataflow/resolve-reads.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { moveSteps } from "#core/move-steps.ts";
import type { Place } from "#core/step-list.ts";
import type { Dataflow } from "#client/document/dataflow.ts";
import type { FlowAnalysis } from "#client/document/flow-analysis.ts";

/** What a move to a place that it may go to would do to the references of the flow. */
export interface MoveVerdict {
  readonly type: "safe" | "changes" | "breaks";
  /** The references that would find nothing any more. */
  readonly broken: readonly ResolvedRead[];
  /** “Breaks 1 reference: Summarise reads “page”, which Fetch page sets later, at step 5.” Empty where there is nothing to say. */
  readonly sentence: string;
}

/** The colour in which a verdict is told, as a class. */
export const verdictText = { safe: "text-success", changes: "text-warning", breaks: "text-danger" } as const;

export const SAFE: MoveVerdict = { type: "safe", broken: [], sentence: "" };

/**
 * Judges places for steps that are about to be moved: what can be prepared is, once for each set of steps, so that each
 * place is a look-up. Everything is safe for as long as nothing is known of the flow.
 */
export function createMoveJudge(analysis: FlowAnalysis) {
  let plan: Plan | undefined;

  const planFor = (document: FlowDocument, keys: readonly StepKey[]): Plan | undefined => {
    if (plan?.document === document && isSameKeys(plan.keys, keys)) return plan;
    const dataflow = analysis.code();
    plan = dataflow && { document, keys, dataflow, verdicts: dataflow.planVerdicts(document, keys) };
    return plan;
  };

  return {
    /** Asked of every place in view, with every scroll: no words are made. */
    typeAt: (document: FlowDocument, keys: readonly StepKey[], place: Place): MoveVerdict["type"] => {
      const verdict = planFor(document, keys)?.verdicts.at(place);
      return verdict === undefined || verdict.type === "refused" ? "safe" : verdict.type;
    },

    judge: (document: FlowDocument, keys: readonly StepKey[], place: Place): MoveVerdict => {
      const known = planFor(document, keys);
      const verdict = known?.verdicts.at(place);
      if (!known || !verdict || verdict.type === "refused") return SAFE;
      if (verdict.type === "safe" && verdict.mended.length === 0) return SAFE;
      const after = moveSteps(document, keys, place);
      const sentence = known.dataflow.describeVerdict(after, verdict, known.verdicts.survey);
      return { type: verdict.type, broken: verdict.broken, sentence };
    },
  };
}

interface Plan {
  readonly document: FlowDocument;
  readonly keys: readonly StepKey[];
  readonly dataflow: Dataflow;
  readonly verdicts: MoveVerdicts;
}

function isSameKeys(a: readonly StepKey[], b: readonly StepKey[]): boolean {
  return a === b || (a.length === b.length && a.every((key, index) => key === b[index]));
}

export type MoveJudge = ReturnType<typeof createMoveJudge>;
