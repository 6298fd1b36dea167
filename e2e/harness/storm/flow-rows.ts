import type { FlowDocument } from "#core/flow-document.ts";
import { isEnabled, stepConfig, stepName } from "#core/step.ts";

/** A step as a person sees it in the list. */
export interface FlowRow {
  readonly id: string;
  readonly name: string;
  readonly isOn: boolean;
  /** Of one line: more of it is not to be seen. */
  readonly prompt: string;
}

export function rowsOf({ steps }: FlowDocument): readonly FlowRow[] {
  return steps.map((node) => {
    const prompt = stepConfig(node)["userPrompt"];
    return {
      id: node.key,
      name: stepName(node),
      isOn: isEnabled(node),
      prompt: typeof prompt === "string" ? prompt : "",
    };
  });
}

/** “1 Fetch: Go, 2 (Clean: Go)”: a step that is off stands in brackets. */
export function spellRows(rows: readonly FlowRow[]): string {
  return rows
    .map(({ name, isOn, prompt }, index) => {
      const words = `${name}: ${prompt}`;
      return `${index + 1} ${isOn ? words : `(${words})`}`;
    })
    .join(", ");
}

export const spellDocument = (document: FlowDocument): string => spellRows(rowsOf(document));

/** Everything that a writer could have written there. */
export function textsOf(rows: readonly FlowRow[]): Set<string> {
  return new Set(rows.flatMap(({ name, prompt }) => [name, prompt]));
}
