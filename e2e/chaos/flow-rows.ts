import type { FlowDocument } from "#core/document/flow-document.ts";
import { isStepEnabled, getStepConfig, getStepName } from "#core/document/step.ts";

export interface DisplayedStepRow {
  readonly id: string;
  readonly name: string;
  readonly isOn: boolean;
  /** The first line of the prompt, because a row shows only this line. */
  readonly prompt: string;
}

function toDisplayedStepRows({ steps }: FlowDocument): readonly DisplayedStepRow[] {
  return steps.map((node) => {
    const prompt = getStepConfig(node)["userPrompt"];
    return {
      id: node.key,
      name: getStepName(node),
      isOn: isStepEnabled(node),
      prompt: typeof prompt === "string" ? prompt : "",
    };
  });
}

/** Serializes rows as “1 Fetch: Go, 2 (Clean: Go)”; a disabled step is in parentheses. */
export function serializeStepRows(rows: readonly DisplayedStepRow[]): string {
  return rows
    .map(({ name, isOn, prompt }, index) => {
      const words = `${name}: ${prompt}`;
      return `${index + 1} ${isOn ? words : `(${words})`}`;
    })
    .join(", ");
}

export const serializeStepRowsOfDocument = (document: FlowDocument): string =>
  serializeStepRows(toDisplayedStepRows(document));
