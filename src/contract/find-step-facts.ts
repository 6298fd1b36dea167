import { STEP_FACTS, type StepFacts } from "./step-facts.ts";

/** Returns no facts for an unknown type. */
export function findStepFacts(type: string): Partial<StepFacts> {
  return (Object.hasOwn(STEP_FACTS, type) && STEP_FACTS[type]) || {};
}
