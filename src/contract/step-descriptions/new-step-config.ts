import type { JsonObject } from "#core/json.ts";
import { findStepDescription } from "./describe-step-type.ts";

/** The config that a new step of a type starts with: what its type demands, still to be filled in. */
export function newStepConfig(type: string): JsonObject {
  return findStepDescription(type)?.newConfig ?? { outputVariable: "" };
}
