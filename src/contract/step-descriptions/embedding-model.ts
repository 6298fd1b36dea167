import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import { describeSuggestedChoiceField } from "./describe-field.ts";

export const embeddingModelFieldDescription: StepConfigFieldDescription = describeSuggestedChoiceField(
  "embeddingModel",
  "Embedding model",
  "Use the same model to store and to search.",
  { options: { "text-embedding-3-small": "text-embedding-3-small" } },
);
