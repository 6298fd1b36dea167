import type { EditCommand } from "#core/commands/edit-command.ts";
import type { StepNode } from "#core/document/flow-document.ts";
import type { JsonValue } from "#core/json/json.ts";

/** Result of parsing a field's text. `broken` is invalid input, which is stored outside the flow until fixed. */
export type StepFieldParseResult =
  | { readonly type: "value"; readonly value: JsonValue | undefined }
  | { readonly type: "broken"; readonly message: string; readonly offset?: number };

export interface StepFieldDefinition {
  /**
   * Id of the field within its step, such as `name` or `config.http.url`. Also the `data-field` attribute of the
   * field's element.
   */
  readonly id: string;
  readonly read: (step: StepNode) => JsonValue | undefined;
  readonly format: (value: JsonValue | undefined) => string;
  readonly parse: (text: string) => StepFieldParseResult;
  readonly edit: (value: JsonValue | undefined, step: StepNode) => EditCommand;
  /** Returns why the platform may reject the value. */
  readonly check?: (value: JsonValue | undefined) => string | undefined;
}

/**
 * Returns the field's name in the form: without the dots of the id, which react-hook-form would interpret as a path.
 */
export function convertFieldIdToFormFieldName(id: string): string {
  return id.replaceAll(".", "/");
}

export function getStringOrEmptyText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
