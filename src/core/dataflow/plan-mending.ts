import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { findStep } from "#core/step-list.ts";
import { type TextEdit, applyTextEdits } from "#core/text-edit.ts";
import { planRebind, planRemoval } from "./edit-readers.ts";
import { referencesTo } from "./list-dependents.ts";

/** What becomes of a step's references to a variable that goes: they stay, as a problem; go too; or name another one. */
export type Mending =
  | { readonly type: "keep" }
  | { readonly type: "remove" }
  | { readonly type: "rebind"; readonly to: string };

export interface MendingChoice {
  readonly step: StepKey;
  readonly name: string;
  readonly mending: Mending;
}

export interface MendingPlan {
  readonly edits: readonly TextEdit[];
  /** Those that cannot be done: the code around says otherwise. They are left as they are. */
  readonly refused: readonly MendingChoice[];
}

/**
 * The edits that do what was chosen for each step and variable. Those of one step one after the other, since a text may
 * hold several of them: a later edit of a text has the earlier ones in it. Of steps that are gone nothing is to be done.
 */
export function planMending(
  document: FlowDocument,
  choices: readonly MendingChoice[],
  types: StepTypes,
): MendingPlan {
  const edits: TextEdit[] = [];
  const refused: MendingChoice[] = [];
  /** Each step as a flow of its own: no step's texts hang on another's, and what is small is quick to edit. */
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
      alone.set(step, applyTextEdits(before, planned));
    }
  }
  return { edits, refused };
}

function planChoice(
  document: FlowDocument,
  { step, name, mending }: MendingChoice,
  types: StepTypes,
): readonly TextEdit[] | undefined {
  if (mending.type === "keep") return [];
  const references = referencesTo(document, step, name, types);
  switch (mending.type) {
    case "remove":
      return planRemoval(document, { step, references }, types);
    case "rebind":
      return planRebind(document, { step, references }, mending.to, types);
  }
}
