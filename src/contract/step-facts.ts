import type { StepTypeDescription } from "./step-description.ts";
import { STEP_DESCRIPTIONS } from "./step-descriptions/step-descriptions.ts";

export type StepFacts = Pick<StepTypeDescription, "icon" | "hint" | "effect" | "needs" | "sendsRequest">;

/** Facts by step type, without the forms: see `step-types.ts`. */
export const STEP_FACTS: Readonly<Record<string, StepFacts>> = Object.fromEntries(
  Object.values(STEP_DESCRIPTIONS)
    .flat()
    .map(({ type, icon, hint, effect, needs, sendsRequest }) => [
      type,
      { icon, hint, effect, needs, sendsRequest },
    ]),
);
