import type { JsonObject } from "#core/json/json.ts";
import { findStepDescription } from "./describe-step-type.ts";

export function createNewStepConfig(type: string): JsonObject {
  return findStepDescription(type)?.newConfig ?? { outputVariable: "" };
}
