import * as z from "zod/mini";
import type { StepTypeDescription } from "#contract/step-description.ts";
import type { JsonObject } from "#core/json/json.ts";
import {
  createStepConfigSchema,
  findStepDescription,
} from "#contract/step-descriptions/find-step-description.ts";

export function getStepTypeDescription(type: string): StepTypeDescription {
  const description = findStepDescription(type);
  if (!description) throw new Error(`No description of ${type}`);
  return description;
}

export function listStepConfigErrors(type: string, config: JsonObject): readonly string[] {
  const { error } = z.safeParse(createStepConfigSchema(getStepTypeDescription(type)), config);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}
