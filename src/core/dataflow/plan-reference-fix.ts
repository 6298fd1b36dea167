import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { findStep } from "#core/document/step-list.ts";
import { type StepTextReplacement, applyStepTextReplacements } from "#core/search/step-text-replacements.ts";
import { planReferenceRebindEdits, planReferenceRemovalEdits } from "./plan-reference-edits.ts";
import { listReferencesToVariable } from "./lost-variable-readers.ts";

/** References to a removed variable stay broken, are removed, or read another variable. */
export type ReferenceFix =
  | { readonly type: "keep" }
  | { readonly type: "remove" }
  | { readonly type: "rebind"; readonly to: string };

export interface ReferenceFixChoice {
  readonly step: StepKey;
  readonly name: string;
  readonly fix: ReferenceFix;
}

export interface ReferenceFixPlan {
  readonly edits: readonly StepTextReplacement[];
  readonly refused: readonly ReferenceFixChoice[];
}

/** Applies each edit before it plans the next, because one text can contain several references. */
export function planReferenceFixes(
  document: FlowDocument,
  choices: readonly ReferenceFixChoice[],
  types: StepTypeLookup,
): ReferenceFixPlan {
  const edits: StepTextReplacement[] = [];
  const refused: ReferenceFixChoice[] = [];
  /** One-step flows: the texts of steps are independent, and small flows are fast to edit. */
  const alone = new Map<StepKey, FlowDocument>();
  for (const choice of choices) {
    const { step } = choice;
    const node = findStep(document, step);
    if (!node) continue;
    const before = alone.get(step) ?? { ...document, steps: [node] };
    const planned = planChoice(before, choice, types);
    if (!planned) refused.push(choice);
    else if (planned.length > 0) {
      edits.push(...planned);
      alone.set(step, applyStepTextReplacements(before, planned));
    }
  }
  return { edits, refused };
}

function planChoice(
  document: FlowDocument,
  { step, name, fix }: ReferenceFixChoice,
  types: StepTypeLookup,
): readonly StepTextReplacement[] | undefined {
  if (fix.type === "keep") return [];
  const references = listReferencesToVariable(document, step, name, types);
  switch (fix.type) {
    case "remove":
      return planReferenceRemovalEdits(document, { step, references }, types);
    case "rebind":
      return planReferenceRebindEdits(document, { step, references }, fix.to, types);
  }
}
