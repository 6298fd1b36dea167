import type { FlowDocument, StepKey } from "#core/flow-document.ts";

/** Text that was typed and does not fit its field. The document keeps the last good value meanwhile, and saving waits. */
export interface BrokenText {
  readonly key: StepKey;
  /** `name`, `when`, `config`, or the path of a field inside the config, as in `config.http.url`. */
  readonly field: string;
  readonly text: string;
  readonly message: string;
}

/** The flow's JSON as somebody began to write it anew. It is work of its own until it is applied or given up. */
export interface UnappliedText {
  readonly text: string;
  /** What the text was made from: where the flow is another one by now, applying would replace that. */
  readonly since: FlowDocument;
}

/** What was typed and is no edit yet. A history of documents does not hold it. */
export interface TypedTexts {
  readonly brokenTexts: readonly BrokenText[];
  readonly unappliedText: UnappliedText | undefined;
}

export const NO_TEXTS: TypedTexts = { brokenTexts: [], unappliedText: undefined };

/** Whether two texts were typed into the same field. */
export function isSameField(
  a: Pick<BrokenText, "key" | "field">,
  b: Pick<BrokenText, "key" | "field">,
): boolean {
  return a.key === b.key && a.field === b.field;
}
