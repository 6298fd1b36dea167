import type { FlowDocument } from "#core/document/flow-document.ts";
import { getStepFieldsWithoutIdAndOrder } from "#core/document/step-content-fields.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";

export function collectStepStrings({ steps }: Pick<FlowDocument, "steps">): readonly string[] {
  const all = getLocationsOfAllSteps({ name: "", description: null, steps });
  return [...all.values()].flatMap(({ node }) => collectStrings(getStepFieldsWithoutIdAndOrder(node)));
}

export function collectStrings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(collectStrings) : [];
}
