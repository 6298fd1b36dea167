import { findStepDescription } from "#contract/step-descriptions/describe-step-type.ts";
import { findSpelling } from "#contract/step-descriptions/find-field-path.ts";
import type { StepNode } from "#core/flow-document.ts";
import type { JsonPath } from "#core/json.ts";
import { stepConfig, stepType } from "#core/step.ts";

const FIELDS: ReadonlyMap<string, string> = new Map([
  ["name", "Name"],
  ["when", "When"],
  ["type", "Type"],
  ["enabled", "On or off"],
  ["config", "Config"],
]);

/** A place inside a step as its form calls it: “Prompt”, “When”, “Headers · Accept”; else by its path, `body.items[0]`. */
export function describeFieldPath(node: StepNode, [first, ...inside]: JsonPath): string {
  if (inside.length === 0) return FIELDS.get(String(first)) ?? String(first);
  if (first !== "config") return formatPath([String(first), ...inside]);
  const config = stepConfig(node);
  const fields = findStepDescription(stepType(node))?.fields ?? [];
  for (const field of fields) {
    const path = findSpelling(field, config);
    if (!path?.every((key, depth) => key === inside[depth])) continue;
    const rest = inside.slice(path.length);
    return rest.length === 0 ? field.label : `${field.label} · ${formatPath(rest)}`;
  }
  return formatPath(inside);
}

function formatPath(path: JsonPath): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${key}`))
    .join("");
}
