import type { MoveVerdicts } from "#core/dataflow/plan-verdicts.ts";
import type { ResolvedRead } from "#core/dataflow/resolve-reads.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { moveSteps } from "#core/move-steps.ts";
import type { Place } from "#core/step-list.ts";
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
  let plan:
    | { readonly document: FlowDocument; readonly id: string; readonly verdicts: MoveVerdicts }
    | undefined;

  return (document: FlowDocument, keys: readonly StepKey[], place: Place): MoveVerdict => {
    const known = analysis.now();
    if (!known) return SAFE;
    const id = keys.join("\n");
    if (plan?.document !== document || plan.id !== id) {
      plan = { document, id, verdicts: known.dataflow.planVerdicts(document, keys) };
    }
    const verdict = plan.verdicts.at(place);
    if (verdict.type === "refused" || (verdict.type === "safe" && verdict.mended.length === 0)) return SAFE;
    const after = moveSteps(document, keys, place);
    const sentence = known.dataflow.describeVerdict(after, verdict, known.analysis.survey);
    return { type: verdict.type, broken: verdict.broken, sentence };
  };
}

export type JudgeMove = ReturnType<typeof createMoveJudge>;
