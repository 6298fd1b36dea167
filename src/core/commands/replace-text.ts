import { type StepTextReplacement, applyStepTextReplacements } from "#core/search/step-text-replacements.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isTextEditArray } from "./field-checks.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

export interface ReplaceTextCommand {
  readonly type: "replaceText";
  readonly edits: readonly StepTextReplacement[];
}

export const replaceTextDefinition: EditCommandDefinition<ReplaceTextCommand> = {
  apply: (document, { edits }) => applyStepTextReplacements(document, edits),
  describe: (_document, { edits }) => `replace ${formatCountWithNoun(edits.length, "text")}`,
  affectedSteps: ({ edits }) => edits.map((edit) => edit.key),
  isValid: ({ edits }) => isTextEditArray(edits),
};
