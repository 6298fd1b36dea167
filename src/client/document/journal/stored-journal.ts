import type { Command } from "#core/command.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { HistoryEntry, SavedMark, VersionMark } from "#core/history.ts";
import type { Choice, FieldClash } from "#core/merge/clash.ts";
import type { OwnChoice } from "#client/document/decisions.ts";
import type { BrokenText } from "#client/document/typed-texts.ts";

/** Raised when an older app would read this wrongly. A journal of an unknown format is left alone and offered as a file. */
export const JOURNAL_FORMAT = 1;

/** What a journal is of, and all that changes with every edit. Its bulk is in {@link StoredPart}s. */
export interface StoredJournal {
  readonly id: string;
  readonly format: number;
  /** The page that writes it. */
  readonly owner: string;
  /** The API that holds the flow. */
  readonly server: string;
  readonly flowId: string;
  readonly flowName: string;
  /** Outlives a reload of the tab. */
  readonly tabId: string;
  /** In milliseconds since 1970, like all times here. */
  readonly startedAt: number;
  readonly editedAt: number;
  /** As the page counted them; none means that there is nothing to recover. */
  readonly unsaved: number;
  /** The number of the document that the history starts from. */
  readonly origin: number;
  readonly entryCount: number;
  readonly position: number;
  readonly mark: StoredMark;
  /** Saves of edits on that base that got no answer; left out where there are none. */
  readonly sends?: readonly StoredSend[];
  /** Of the document at `position`. */
  readonly print: string;
  /** Given up, but kept for a while: until then it can be had back. */
  readonly discardedAt?: number;
  /** What could be replayed has another home; the rest is kept for whoever wants to look at it. */
  readonly isRest?: boolean;
}

export interface StoredMark {
  readonly base: { readonly document: number; readonly version: VersionMark };
  readonly saved: SavedMark["saved"];
  readonly abandoned: SavedMark["abandoned"];
}

export interface StoredSend {
  readonly key: string;
  readonly revision?: number | undefined;
  readonly position: number;
  readonly document: number;
}

export interface StoredDocument {
  readonly journal: string;
  readonly kind: "document";
  readonly number: number;
  readonly document: FlowDocument;
  readonly print: string;
}

export interface StoredEntry {
  readonly journal: string;
  readonly kind: "entry";
  /** Its place in the history, from 0. */
  readonly number: number;
  readonly command: StoredCommand;
  readonly label: HistoryEntry["label"];
  readonly coalesceKey: HistoryEntry["coalesceKey"];
  /** Of the document after it, which is made anew by the command, */
  readonly print: string;
  /** or is the document of this number, where the command alone would not give it. */
  readonly after?: number;
  readonly rebase?: { readonly before: StoredMark; readonly after: StoredMark };
}

/** The document of a `replaceDocument` is a part of its own, that others may name too. */
export type StoredCommand =
  | Exclude<Command, { readonly type: "replaceDocument" }>
  | { readonly type: "replaceDocument"; readonly reason: string };

export interface StoredTexts {
  readonly journal: string;
  readonly kind: "texts";
  readonly number: 0;
  readonly brokenTexts: readonly BrokenText[];
  readonly unapplied?: { readonly text: string; readonly since: StoredSince };
  /** Put together by hand of what both sides made of a field, but not applied; left out where there are none. */
  readonly decisions?: readonly StoredDecision[];
}

export interface StoredDecision {
  readonly clash: FieldClash;
  readonly choice: Choice;
  readonly written: OwnChoice;
}

/** A document of the history, by how many edits come before it, or another one by its number. */
export type StoredSince = { readonly position: number } | { readonly document: number };

export type StoredPart = StoredDocument | StoredEntry | StoredTexts;
export type PartKey = [journal: string, kind: StoredPart["kind"], number: number];
