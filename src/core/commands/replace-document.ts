import { isFlowDocument } from "#core/document/is-flow-document.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isString } from "./field-checks.ts";

export interface ReplaceDocumentCommand {
  readonly type: "replaceDocument";
  readonly document: FlowDocument;
  readonly reason: string;
}

export const replaceDocumentDefinition: EditCommandDefinition<ReplaceDocumentCommand> = {
  apply: (_document, { document }) => document,
  describe: (_document, { reason }) => reason,
  affectedSteps: () => [],
  isValid: ({ document, reason }) => isFlowDocument(document) && isString(reason),
};
