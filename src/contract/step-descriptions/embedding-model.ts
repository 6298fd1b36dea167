import type { FieldDescription } from "#contract/step-description.ts";
import { openChoice } from "./describe-field.ts";

/** The model behind vectors: what is stored and what is searched have to agree on it. */
export const embeddingModel: FieldDescription = openChoice(
  "embeddingModel",
  "Embedding model",
  "The model that makes the vectors; storing and searching have to use the same one.",
  { "text-embedding-3-small": "text-embedding-3-small" },
);
