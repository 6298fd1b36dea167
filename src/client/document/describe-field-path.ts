import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { findPathOfSetFieldInStepConfig } from "#contract/step-descriptions/find-field-path.ts";
import type { StepNode } from "#core/document/flow-document.ts";
import type { JsonPath } from "#core/json/json.ts";
import { getStepConfig, getStepType } from "#core/document/step.ts";

const FIELDS: ReadonlyMap<string, string> = new Map([
  ["name", "Name"],
  ["when", "Run if"],
  ["type", "Type"],
  ["enabled", "Enabled"],
  ["config", "Config"],
]);

/** Such as “Prompt” or “Headers · Accept”, or the path, such as `body.items[0]`. */
export function describeFieldPath(node: StepNode, [first, ...inside]: JsonPath): string {
  if (inside.length === 0) return FIELDS.get(String(first)) ?? String(first);
  if (first !== "config") return formatPath([String(first), ...inside]);
  const config = getStepConfig(node);
  const fields = findStepDescription(getStepType(node))?.fields ?? [];
  for (const field of fields) {
    const path = findPathOfSetFieldInStepConfig(field, config);
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
