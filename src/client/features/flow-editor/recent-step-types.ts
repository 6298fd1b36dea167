import { type StepType, findStepType } from "#contract/step-types.ts";

const storageKey = "flowline-recent-step-types";
const MOST = 4;

/** The step types that were added last in this browser, the latest first. */
export function recentStepTypes(): readonly StepType[] {
  return readStored().flatMap((type) => findStepType(type) ?? []);
}

export function noteStepType(type: string): void {
  const types = [type, ...readStored().filter((other) => other !== type)].slice(0, MOST);
  try {
    localStorage.setItem(storageKey, types.join(" "));
  } catch {
    // Without storage nothing is remembered, and nothing else is missing.
  }
}

function readStored(): readonly string[] {
  try {
    return (localStorage.getItem(storageKey) ?? "").split(" ").filter(Boolean);
  } catch {
    return [];
  }
}
