import { findStepType } from "#contract/find-step-type.ts";

export function describeStepType(type: string): string {
  return findStepType(type)?.label ?? (type === "" ? "no type" : type);
}
