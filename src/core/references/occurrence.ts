import type { Reference, TextFault } from "./reference.ts";

/** A new piece of text for `from`..`to`. */
export interface Respelling {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text with its new pieces, which are in its order and do not overlap. */
export function applyRespellings(text: string, respellings: readonly Respelling[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { from, to, text: piece } of respellings) {
    pieces.push(text.slice(done, from), piece);
    done = to;
  }
  return pieces.join("") + text.slice(done);
}

/** A reference in one text, by the reader of that text's language. */
export interface Occurrence extends Omit<Reference, "at"> {
  /**
   * How another name is written at this place, where the language may need another syntax for it
   * (`variables['a-b']`). Undefined where it cannot be: a local variable hides it.
   */
  readonly respell: (name: string) => Respelling | undefined;
  /**
   * A name that the text gives a value of its own, though not always: it follows a rename, in case it is the variable's
   * then, and does not count as a read, since mostly it is not.
   */
  readonly mayBeLocal?: boolean;
}

export type Fault = Pick<TextFault, "code" | "message" | "from">;

/** What one text reads; both lists in the order of the text. */
export interface TextReading {
  readonly occurrences: readonly Occurrence[];
  readonly faults: readonly Fault[];
  /** It may read variables that it does not name. */
  readonly readsAll?: boolean;
}

/** A piece of text for a sentence: short, and on one line. */
export function quote(text: string): string {
  const line = text.slice(0, 60).replaceAll(/\s+/g, " ");
  return line.length > 40 || text.length > 60 ? `“${line.slice(0, 40)}…”` : `“${line}”`;
}
