import { createStore } from "zustand/vanilla";
import type { StepMoveImpactLookup } from "#core/dataflow/step-move-impact-lookup.ts";
import type { ResolvedVariableRead } from "#core/dataflow/resolve-reads.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import type { StepPlace } from "#core/document/step-list.ts";
import type { DataflowAnalyzer } from "#client/document/analysis/dataflow.ts";
import type { FlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";

export interface DescribedMoveImpact {
  readonly type: "safe" | "changes" | "breaks";
  readonly broken: readonly ResolvedVariableRead[];
  /** For example “Summarise needs “page”, but Fetch page sets it later (step 5).” Empty for nothing. */
  readonly sentence: string;
}

export const MOVE_IMPACT_TEXT_COLOR_CLASSES = {
  safe: "text-success",
  changes: "text-warning",
  breaks: "text-danger",
} as const;

export const SAFE_MOVE_IMPACT: DescribedMoveImpact = { type: "safe", broken: [], sentence: "" };

/**
 * Creates an object that assesses which references a move would break. Analyzes the references once per
 * document and set of steps, so that each place is a lookup; until the analysis is loaded, all
 * moves count as safe.
 */
export function createMoveImpactAssessor(analysis: FlowAnalysisService) {
  let plan: Plan | undefined;

  const planFor = (document: FlowDocument, keys: readonly StepKey[]): Plan | undefined => {
    if (plan?.document === document && isSameKeys(plan.keys, keys)) return plan;
    const dataflow = analysis.code();
    plan = dataflow && { document, keys, dataflow, impacts: dataflow.planMoveImpacts(document, keys) };
    return plan;
  };

  return {
    /** Called for every visible gap on every scroll, so building sentences would be slow. */
    typeAt: (
      document: FlowDocument,
      keys: readonly StepKey[],
      place: StepPlace,
    ): DescribedMoveImpact["type"] => {
      const impact = planFor(document, keys)?.impacts.at(place);
      return impact === undefined || impact.type === "refused" ? "safe" : impact.type;
    },

    assess: (document: FlowDocument, keys: readonly StepKey[], place: StepPlace): DescribedMoveImpact => {
      const currentPlan = planFor(document, keys);
      const impact = currentPlan?.impacts.at(place);
      if (!currentPlan || !impact || impact.type === "refused") return SAFE_MOVE_IMPACT;
      if (impact.type === "safe" && impact.fixed.length === 0) return SAFE_MOVE_IMPACT;
      const after = applyEditCommand(document, { type: "moveSteps", keys, place });
      const sentence = currentPlan.dataflow.describeMoveImpact(after, impact, currentPlan.impacts.survey);
      return { type: impact.type, broken: impact.broken, sentence };
    },
  };
}

interface Plan {
  readonly document: FlowDocument;
  readonly keys: readonly StepKey[];
  readonly dataflow: DataflowAnalyzer;
  readonly impacts: StepMoveImpactLookup;
}

function isSameKeys(a: readonly StepKey[], b: readonly StepKey[]): boolean {
  return a === b || (a.length === b.length && a.every((key, index) => key === b[index]));
}

export type MoveImpactAssessor = ReturnType<typeof createMoveImpactAssessor>;

/** Longer than the pause between quick keys, so that a series of edits causes only one search. */
export const REPORT_DELAY_MS = 100;

export interface LabeledQuickFixCallback {
  readonly label: string;
  readonly run: () => void;
}

interface BrokenReferences {
  readonly document: FlowDocument;
  readonly impact: DescribedMoveImpact;
  readonly quickFixes: readonly LabeledQuickFixCallback[];
}

export const createBrokenReferencesStore = () =>
  createStore<{ readonly now: BrokenReferences | undefined }>(() => ({ now: undefined }));

export type BrokenReferencesStore = ReturnType<typeof createBrokenReferencesStore>;
