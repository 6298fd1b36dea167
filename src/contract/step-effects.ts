import type { StepNode } from "#core/document/flow-document.ts";
import { getStepConfig, getStepType } from "#core/document/step.ts";
import { isJsonObject } from "#core/json/json.ts";
import { findStepFacts } from "./find-step-facts.ts";
import type { StepEffect } from "./step-description.ts";

const READING_METHODS: ReadonlySet<string> = new Set(["", "GET", "HEAD", "OPTIONS"]);

/** `method` is the name of an HTTP method; the empty text stands for GET. */
export function isWritingHttpMethod(method: string): boolean {
  return !READING_METHODS.has(method.trim().toUpperCase());
}

/** Returns the effect of a step on the world outside of its run. A request whose method is a template may write. */
export function getStepEffect(node: StepNode): StepEffect | undefined {
  const { sendsRequest, effect } = findStepFacts(getStepType(node));
  if (!sendsRequest) return effect;
  const { http } = getStepConfig(node);
  const method = isJsonObject(http) ? http["method"] : undefined;
  return typeof method === "string" && isWritingHttpMethod(method) ? "request" : undefined;
}
