import type { JsonObject } from "#core/json/json.ts";
import { findStepDescription } from "./find-step-description.ts";

export function createNewStepConfig(type: string): JsonObject {
  return findStepDescription(type)?.newConfig ?? { outputVariable: "" };
}
