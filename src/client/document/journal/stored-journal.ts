import type { EditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import type {
  HistoryEntry,
  HistoryRebaseType,
  SavedHistoryPosition,
  FlowVersionIdentifier,
} from "#core/history/edit-history.ts";
import type { ConflictChoice, FieldConflict } from "#core/merge/conflict.ts";
import type { CustomConflictChoice } from "#client/document/remote/decisions.ts";
import type { InvalidFieldInput } from "#client/document/pending-input.ts";

/** Incremented when an older release would misread a journal. Unknown formats can only be downloaded. */
export const JOURNAL_FORMAT_VERSION = 2;

/** Includes format 1, which differs only in field names that `parseJournalParts` translates. */
export function isSupportedJournalFormat(format: unknown): boolean {
  return format === 1 || format === JOURNAL_FORMAT_VERSION;
}

/** Rewritten after every edit, so the bulk of the data is in {@link StoredJournalPart} records. */
export interface StoredJournalMainRecord {
  readonly id: string;
  readonly format: number;
  readonly owner: string;
  readonly server: string;
  /** Id of the user who was signed in; undefined in journals of older releases, which stored no user. */
  readonly identity?: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly tabId: string;
  /** When the page started the journal, in milliseconds since the epoch like all times in this record. */
  readonly startedAt: number;
  readonly editedAt: number;
  readonly unsaved: number;
  readonly origin: number;
  readonly entryCount: number;
  readonly position: number;
  readonly mark: StoredBaseVersion;
  readonly sends?: readonly StoredUnacknowledgedSave[];
  readonly print: string;
  readonly discardedAt?: number;
  /** True if only the part that this release cannot read is left, for download. */
  readonly isRest?: boolean;
}

export interface StoredBaseVersion {
  readonly base: { readonly document: number; readonly version: FlowVersionIdentifier };
  readonly saved: SavedHistoryPosition["saved"];
  readonly abandoned: SavedHistoryPosition["abandoned"];
}

export interface StoredUnacknowledgedSave {
  readonly key: string;
  readonly revision?: number | undefined;
  readonly position: number;
  readonly document: number;
}

export interface StoredJournalDocument {
  readonly journal: string;
  readonly kind: "document";
  readonly number: number;
  readonly document: FlowDocument;
  readonly print: string;
}

export interface StoredHistoryEntry {
  readonly journal: string;
  readonly kind: "entry";
  readonly number: number;
  readonly command: StoredCommand;
  readonly label: HistoryEntry["label"];
  readonly coalesceKey: HistoryEntry["coalesceKey"];
  readonly print: string;
  /** The entry's result by number; undefined if replaying `command` gives the same. */
  readonly after?: number;
  /** Where an older release stored no `type`, it is derived from the label. */
  readonly rebase?: {
    readonly type: HistoryRebaseType;
    readonly before: StoredBaseVersion;
    readonly after: StoredBaseVersion;
  };
}

/** The document of a `replaceDocument` command is a separate record, which several entries may reference. */
export type StoredCommand =
  | Exclude<EditCommand, { readonly type: "replaceDocument" }>
  | { readonly type: "replaceDocument"; readonly reason: string };

export interface StoredPendingInput {
  readonly journal: string;
  readonly kind: "texts";
  readonly number: 0;
  readonly invalidInputs: readonly InvalidFieldInput[];
  readonly pendingJson?: { readonly text: string; readonly since: StoredJournalDocumentReference };
  readonly decisions?: readonly StoredConflictDecision[];
}

export interface StoredConflictDecision {
  readonly conflict: FieldConflict;
  readonly choice: ConflictChoice;
  readonly written: CustomConflictChoice;
}

/** By position in the undo history, or outside of it by the number of its own record. */
export type StoredJournalDocumentReference = { readonly position: number } | { readonly document: number };

export type StoredJournalPart = StoredJournalDocument | StoredHistoryEntry | StoredPendingInput;
export type JournalPartKey = [journal: string, kind: StoredJournalPart["kind"], number: number];
