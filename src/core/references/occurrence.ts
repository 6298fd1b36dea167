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
  /** In another syntax if needed, such as `variables['a-b']`. Undefined if a local variable hides the new name. */
  readonly respell: (name: string) => TextReplacement | undefined;
  /** Assigned, but perhaps not in every run: a rename includes the name, but it is no read. */
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
