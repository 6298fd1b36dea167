import type { StepNode } from "#core/flow-document.ts";
import { stepName } from "#core/step.ts";

/** A problem's sentence for where its step is named already: “Model is needed”, not “Summarise: Model is needed”. */
export function withoutOwner(message: string, step: StepNode): string {
  const owner = `${stepName(step)}: `;
  return message.startsWith(owner) ? message.slice(owner.length) : message;
}
