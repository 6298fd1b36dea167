import * as z from "zod/mini";
import type { StepDescription } from "#contract/step-description.ts";
import type { JsonObject } from "#core/json.ts";
import { describedConfigSchema, findStepDescription } from "./describe-step-type.ts";

/** For tests: throws where there is no description. */
export function getDescription(type: string): StepDescription {
  const description = findStepDescription(type);
  if (!description) throw new Error(`No description of ${type}`);
  return description;
}

/** For tests: what is wrong with a config, each as “path: sentence”. */
export function listComplaints(type: string, config: JsonObject): readonly string[] {
  const { error } = z.safeParse(describedConfigSchema(getDescription(type)), config);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}
