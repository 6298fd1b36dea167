import type { StepVariableReference, StepTextParseFault } from "./reference.ts";

export interface TextReplacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Applies replacements, which must be in text order and must not overlap. */
export function applyTextReplacements(text: string, respellings: readonly TextReplacement[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { from, to, text: piece } of respellings) {
    pieces.push(text.slice(done, from), piece);
    done = to;
  }
  return pieces.join("") + text.slice(done);
}

export interface VariableOccurrence extends Omit<StepVariableReference, "at"> {
  /**
   * Returns the replacement that writes another name at this position, possibly in another syntax such as
   * `variables['a-b']`. Returns undefined if a local variable hides the new name.
   */
  readonly respell: (name: string) => TextReplacement | undefined;
  /**
   * Whether the text assigns the name, but perhaps not in every run. A rename includes the name, because it may mean
   * the variable. The analysis does not count the name as a read.
   */
  readonly mayBeLocal?: boolean;
}

export type TextFaultWithoutPath = Pick<StepTextParseFault, "code" | "message" | "from">;

export interface TextReferences {
  readonly occurrences: readonly VariableOccurrence[];
  readonly faults: readonly TextFaultWithoutPath[];
  readonly readsAll?: boolean;
}

/** Quotes a text for a message, shortened to one line. */
export function quoteTextForMessage(text: string): string {
  const line = text.slice(0, 60).replaceAll(/\s+/g, " ");
  return line.length > 40 || text.length > 60 ? `“${line.slice(0, 40)}…”` : `“${line}”`;
}
