import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { JsonPath } from "#core/json.ts";
import { locateSteps } from "#core/step-list.ts";
import type { Respelling } from "./occurrence.ts";
import { readSetVariables } from "./read-set-variables.ts";
import { readStep } from "./read-step.ts";
import type { StepTypes } from "./reference.ts";

/** One place where a variable's name stands. */
export interface NameHit {
  readonly key: StepKey;
  readonly at: JsonPath;
  /** All of the text there. */
  readonly text: string;
  /** The step gives the variable its value; else it reads it. */
  readonly isSet: boolean;
  /** How another name is written here, if it can be. */
  readonly respell: (name: string) => Respelling | undefined;
}

export interface NameHits {
  /** In the order of the page, and of each step's texts. */
  readonly hits: readonly NameHit[];
  /** Steps with a text that does not parse and has the name in it: whether it means the variable cannot be known. */
  readonly unread: readonly StepKey[];
}

/**
 * Every place where a variable's name stands, as a rename of it respells them. `sets`: also where steps say what they
 * set; a step that is read by its own name says so nowhere. Loads the parsers: import it lazily.
 */
export function listHits(
  document: FlowDocument,
  name: string,
  types: StepTypes,
  { sets }: { readonly sets: boolean },
): NameHits {
  const hits: NameHit[] = [];
  const unread: StepKey[] = [];
  for (const { node } of locateSteps(document).values()) {
    const { key } = node;
    for (const position of sets ? readSetVariables(node, types) : []) {
      if (position.name !== name) continue;
      const { at, from, to } = position;
      hits.push({ key, at, text: name, isSet: true, respell: (text) => ({ from, to, text }) });
    }
    let isUnread = false;
    for (const { at, text, occurrences, faults } of readStep(node, types).texts) {
      const found = occurrences.filter((occurrence) => occurrence.name === name);
      for (const { respell } of found) hits.push({ key, at, text, isSet: false, respell });
      const isBroken = faults.some(({ code }) => code === "bad-code" || code === "bad-template");
      isUnread ||= found.length === 0 && isBroken && text.includes(name);
    }
    if (isUnread) unread.push(key);
  }
  return { hits, unread };
}

/** A hit with its line, for a preview of a rename. */
export interface HitWords {
  readonly before: string;
  readonly old: string;
  /** Undefined where the new name cannot be written. */
  readonly renamed: string | undefined;
  readonly after: string;
}

/** Characters of the line on each side of the name. */
const BEFORE = 32;
const AFTER = 60;

/** The line of a hit as it is and as it will be. */
export function describeHit({ text, respell }: NameHit, name: string, to: string): HitWords {
  const respelling = respell(to) ?? respell(name);
  const { from, to: end } = respelling ?? { from: 0, to: text.length };
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const nextLine = text.indexOf("\n", end);
  const lineEnd = nextLine < 0 ? text.length : nextLine;
  const start = Math.max(lineStart, from - BEFORE);
  const stop = Math.min(lineEnd, end + AFTER);
  // A cut through the middle of a character would leave half of it.
  const before = text.slice(start, from).replace(/^[\uDC00-\uDFFF]/, "");
  const after = text.slice(end, stop).replace(/[\uD800-\uDBFF]$/, "");
  return {
    before: (start > lineStart ? "…" : "") + (start > lineStart ? before : before.trimStart()),
    old: text.slice(from, end),
    renamed: respell(to)?.text,
    after: after + (stop < lineEnd ? "…" : ""),
  };
}
