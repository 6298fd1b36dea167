import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { JsonPath } from "#core/json/json.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { TextReplacement } from "./occurrence.ts";
import { listVariablesSetByStep } from "./variables-set-by-step.ts";
import { readStepTexts } from "./read-step.ts";
import type { StepTypeLookup } from "./reference.ts";

export interface RenameMatch {
  readonly key: StepKey;
  readonly at: JsonPath;
  readonly text: string;
  readonly isSet: boolean;
  /** Returns the replacement that writes another name here; undefined if a local name hides the new name. */
  readonly respell: (name: string) => TextReplacement | undefined;
}

export interface RenameMatches {
  readonly hits: readonly RenameMatch[];
  /** Steps with a text that contains the name and cannot be parsed. Such a text may or may not read the variable. */
  readonly unread: readonly StepKey[];
}

/** With `sets`, also where steps set the variable. Loads the parsers: import it lazily. */
export function listRenameMatches(
  document: FlowDocument,
  name: string,
  types: StepTypeLookup,
  { sets }: { readonly sets: boolean },
): RenameMatches {
  const hits: RenameMatch[] = [];
  const unread: StepKey[] = [];
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    const { key } = node;
    for (const position of sets ? listVariablesSetByStep(node, types) : []) {
      if (position.name !== name) continue;
      const { at, from, to } = position;
      hits.push({ key, at, text: name, isSet: true, respell: (text) => ({ from, to, text }) });
    }
    let isUnread = false;
    for (const { at, text, occurrences, faults } of readStepTexts(node, types).texts) {
      const found = occurrences.filter((occurrence) => occurrence.name === name);
      for (const { respell } of found) hits.push({ key, at, text, isSet: false, respell });
      const isBroken = faults.some(({ code }) => code === "bad-code" || code === "bad-template");
      isUnread ||= found.length === 0 && isBroken && text.includes(name);
    }
    if (isUnread) unread.push(key);
  }
  return { hits, unread };
}

export interface RenameMatchPreview {
  readonly before: string;
  readonly old: string;
  readonly renamed: string | undefined;
  readonly after: string;
}

const BEFORE = 32;
const AFTER = 60;

export function createRenameMatchPreview(
  { text, respell }: RenameMatch,
  name: string,
  to: string,
): RenameMatchPreview {
  const respelling = respell(to) ?? respell(name);
  const { from, to: end } = respelling ?? { from: 0, to: text.length };
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const nextLine = text.indexOf("\n", end);
  const lineEnd = nextLine < 0 ? text.length : nextLine;
  const start = Math.max(lineStart, from - BEFORE);
  const stop = Math.min(lineEnd, end + AFTER);
  // Drops half of a surrogate pair at the cut.
  const before = text.slice(start, from).replace(/^[\uDC00-\uDFFF]/, "");
  const after = text.slice(end, stop).replace(/[\uD800-\uDBFF]$/, "");
  return {
    before: (start > lineStart ? "…" : "") + (start > lineStart ? before : before.trimStart()),
    old: text.slice(from, end),
    renamed: respell(to)?.text,
    after: after + (stop < lineEnd ? "…" : ""),
  };
}
