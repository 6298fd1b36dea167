import type { StepTypeDescription } from "./step-description.ts";
import { STEP_DESCRIPTIONS } from "./step-descriptions/step-descriptions.ts";

// The client gets the constants of this file and of `step-facts.ts` as data that `vite build` computes, because pages
// draw step types at once, and the descriptions are large.

export type StepCategory = keyof typeof STEP_DESCRIPTIONS;

export interface StepType extends Pick<StepTypeDescription, "type" | "label"> {
  readonly category: StepCategory;
}

export const STEP_CATEGORIES = Object.keys(STEP_DESCRIPTIONS) as readonly StepCategory[];

export const STEP_TYPES: readonly StepType[] = STEP_CATEGORIES.flatMap((category) =>
  STEP_DESCRIPTIONS[category].map(({ type, label }) => ({ type, label, category })),
);
