import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";

/** The document keeps the last valid value, and saving waits until the user corrects the text. */
export interface InvalidFieldInput {
  readonly key: StepKey;
  /** `name`, `when`, `config`, or a path inside the config, for example `config.http.url`. */
  readonly field: string;
  readonly text: string;
  readonly message: string;
}

export interface PendingFlowJsonText {
  readonly text: string;
  /** If the flow has changed since, applying the text would overwrite that change. */
  readonly since: FlowDocument;
}

export interface PendingUserInput {
  readonly invalidInputs: readonly InvalidFieldInput[];
  readonly pendingJson: PendingFlowJsonText | undefined;
}

export const NO_PENDING_USER_INPUT: PendingUserInput = { invalidInputs: [], pendingJson: undefined };

export function isSameStepField(
  a: Pick<InvalidFieldInput, "key" | "field">,
  b: Pick<InvalidFieldInput, "key" | "field">,
): boolean {
  return a.key === b.key && a.field === b.field;
}
