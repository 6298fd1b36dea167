import { quoteName } from "#core/text/quote-name.ts";
import { type StepTextReplacement, applyStepTextReplacements } from "#core/search/step-text-replacements.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isString, isTextEditArray } from "./field-checks.ts";

export interface RenameVariableCommand {
  readonly type: "renameVariable";
  readonly from: string;
  readonly to: string;
  /**
   * The text edits, computed once when the user renames the variable: applying or replaying the command then needs no
   * template or script parser.
   */
  readonly edits: readonly StepTextReplacement[];
}

export const renameVariableDefinition: EditCommandDefinition<RenameVariableCommand> = {
  apply: (document, { edits }) => applyStepTextReplacements(document, edits),
  describe: (_document, { from, to }) => `rename variable ${quoteName(from)} to ${quoteName(to)}`,
  affectedSteps: ({ edits }) => edits.map((edit) => edit.key),
  isValid: ({ from, to, edits }) => isString(from) && isString(to) && isTextEditArray(edits),
};
