import type { StepUseKind } from "#contract/step-search.ts";

export const STEP_USE_KIND_LABELS: Readonly<Record<StepUseKind, string>> = {
  variable: "Variable",
  model: "Model",
  secret: "Secret",
  recordType: "Record type",
  stepType: "Step type",
};
