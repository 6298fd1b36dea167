import { STEP_TYPES, type StepType } from "./step-types.ts";

const byType: ReadonlyMap<string, StepType> = new Map(STEP_TYPES.map((step) => [step.type, step]));

/** Returns undefined for an unknown type; steps of such a type can still be shown, moved and saved. */
export function findStepType(type: string): StepType | undefined {
  return byType.get(type);
}
