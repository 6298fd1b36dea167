import { quoteName } from "#core/text/quote-name.ts";
import { type StepTextReplacement, applyStepTextReplacements } from "#core/search/step-text-replacements.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isString, isTextEditArray } from "./field-checks.ts";

export interface RenameVariableCommand {
  readonly type: "renameVariable";
  readonly from: string;
  readonly to: string;
  /** Computed once, so that applying or replaying the command needs no parser. */
  readonly edits: readonly StepTextReplacement[];
}

export const renameVariableDefinition: EditCommandDefinition<RenameVariableCommand> = {
  apply: (document, { edits }) => applyStepTextReplacements(document, edits),
  describe: (_document, { from, to }) => `rename variable ${quoteName(from)} to ${quoteName(to)}`,
  affectedSteps: ({ edits }) => edits.map((edit) => edit.key),
  isValid: ({ from, to, edits }) => isString(from) && isString(to) && isTextEditArray(edits),
};
