import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";

/** Implements one kind of edit. `Kind` is the edit's data: plain JSON values, so that edits can be persisted. */
export interface EditCommandDefinition<Kind> {
  readonly apply: (document: FlowDocument, command: Kind) => FlowDocument;
  readonly describe: (document: FlowDocument, command: Kind) => string;
  readonly affectedSteps: (command: Kind) => readonly StepKey[];
  /** Validates persisted data of this kind. Applying valid data must never throw or damage a document. */
  readonly isValid: (fields: Readonly<Record<string, unknown>>) => boolean;
  readonly mergeKey?: (command: Kind) => string;
}
