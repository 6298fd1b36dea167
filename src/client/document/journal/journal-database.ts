import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { PartKey, StoredJournal, StoredPart } from "./stored-journal.ts";

interface JournalSchema extends DBSchema {
  journals: { key: string; value: StoredJournal };
  parts: { key: PartKey; value: StoredPart };
}

export type JournalConnection = IDBPDatabase<JournalSchema>;

const NAME = "flowline-journal";
const VERSION = 1;

/** Why edits are not kept: no room left, a newer app has the storage, or there is none. */
export type JournalTrouble = "full" | "newer" | "unavailable";

/** This page's way to the journals of all pages: one connection, opened when it is first wanted and again when it was lost. */
export function createJournalDatabase() {
  let opening: Promise<JournalConnection> | undefined;
  let connection: JournalConnection | undefined;
  const listeners = new Set<() => void>();

  const forget = () => {
    opening = undefined;
    connection = undefined;
  };

  const open = async (): Promise<JournalConnection> => {
    const opened = await openDB<JournalSchema>(NAME, VERSION, {
      upgrade: (database) => {
        database.createObjectStore("journals", { keyPath: "id" });
        database.createObjectStore("parts", { keyPath: ["journal", "kind", "number"] });
      },
      // A newer app, or whoever deletes it all, waits for this connection. What is under way ends before it closes.
      blocking: () => {
        for (const listener of listeners) listener();
        void opening?.then((lost) => lost.close());
        forget();
      },
      terminated: () => {
        forget();
        for (const listener of listeners) listener();
      },
    });
    connection = opened;
    return opened;
  };

  return {
    connect: (): Promise<JournalConnection> => {
      opening ??= open().catch((error: unknown) => {
        forget();
        throw error;
      });
      return opening;
    },

    /** For a page that goes away and cannot wait. */
    current: () => connection,

    /** Called when the connection is about to be lost, or is. Returns what ends that. */
    onLoss: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export type JournalDatabase = ReturnType<typeof createJournalDatabase>;

/** All parts of a journal. */
export function partsOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

export function nameTrouble(error: unknown): JournalTrouble {
  const { name } = (error ?? {}) as { readonly name?: unknown };
  if (name === "QuotaExceededError") return "full";
  return name === "VersionError" ? "newer" : "unavailable";
}
