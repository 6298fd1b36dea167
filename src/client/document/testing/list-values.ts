import type { FlowDocument } from "#core/flow-document.ts";
import { ownFields } from "#core/own-fields.ts";
import { locateSteps } from "#core/step-list.ts";

/** Every text that the steps hold. */
export function valuesIn({ steps }: Pick<FlowDocument, "steps">): readonly string[] {
  const all = locateSteps({ name: "", description: null, steps });
  return [...all.values()].flatMap(({ node }) => valuesOf(ownFields(node)));
}

/** Every text in a value. */
export function valuesOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesOf) : [];
}
