import type { Command } from "#core/command.ts";
import type { StepNode } from "#core/flow-document.ts";
import type { JsonValue } from "#core/json.ts";

/** What a field's text comes to. A broken text is no value of the field; it is kept beside the flow until it is mended. */
export type FieldReading =
  | { readonly type: "value"; readonly value: JsonValue | undefined }
  | { readonly type: "broken"; readonly message: string; readonly offset?: number };

/** One field of a step as a text that can be typed, and the way from the text into the flow. */
export interface StepField {
  /** Unique in its step: `name`, `when`, `config`, `config.http.url`. The element around its control has it as `data-field`. */
  readonly id: string;
  readonly read: (step: StepNode) => JsonValue | undefined;
  readonly format: (value: JsonValue | undefined) => string;
  readonly parse: (text: string) => FieldReading;
  readonly edit: (value: JsonValue | undefined, step: StepNode) => Command;
  /** What is wrong with a value that is taken all the same. */
  readonly check?: (value: JsonValue | undefined) => string | undefined;
  /** The text may be long: it becomes an edit when the typing pauses, not with every key. */
  readonly waits: boolean;
}

/** A field's name in react-hook-form, where a dot would mean a path. */
export function formName(id: string): string {
  return id.replaceAll(".", "/");
}

/** The text of a value that is a text anyway. */
export function asText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
