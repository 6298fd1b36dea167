import type { FlowDocument } from "#core/flow-document.ts";
import { isEnabled, stepName } from "#core/step.ts";

/** A step as a person sees it in the list. */
export interface FlowRow {
  readonly id: string;
  readonly name: string;
  readonly isOn: boolean;
}

export function rowsOf({ steps }: FlowDocument): readonly FlowRow[] {
  return steps.map((node) => ({ id: node.key, name: stepName(node), isOn: isEnabled(node) }));
}

/** “1 Fetch, 2 (Clean)”: a step that is off stands in brackets. */
export function spellRows(rows: readonly FlowRow[]): string {
  return rows.map(({ name, isOn }, index) => `${index + 1} ${isOn ? name : `(${name})`}`).join(", ");
}
