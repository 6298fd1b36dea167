import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import type { StepNode } from "#core/flow-document.ts";
import type { JsonObject, JsonValue } from "#core/json.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { cutText } from "#server/cut-text.ts";
import type { Redactor } from "./redactor.ts";
import type { RunVariables } from "./run-variables.ts";

/** Characters of JSON that are kept of one. */
const LIMIT = 2000;

/**
 * The variables that a step names, with their values as they are before it runs, without secrets; long ones as the beginning
 * of their JSON.
 */
export function readInputVariables(
  node: StepNode,
  variables: RunVariables,
  redactor: Redactor,
): JsonObject | undefined {
  const names = new Set(readStepReferences(node, stepTypes).reads.map(({ name }) => name));
  const read = [...names].flatMap((name) => {
    const value = variables.find(name);
    return value === undefined ? [] : [[redactor.text(name), shorten(redactor.value(value))] as const];
  });
  return read.length > 0 ? Object.fromEntries(read) : undefined;
}

function shorten(value: JsonValue): JsonValue {
  const json = JSON.stringify(value);
  if (json.length <= LIMIT) return value;
  return cutText(typeof value === "string" ? value : json, LIMIT);
}
