import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { JOURNAL_DATABASE_NAME } from "./has-stored-journals.ts";
import type { JournalPartKey, StoredJournalMainRecord, StoredJournalPart } from "./stored-journal.ts";

interface JournalSchema extends DBSchema {
  journals: { key: string; value: StoredJournalMainRecord };
  parts: { key: JournalPartKey; value: StoredJournalPart };
}

export type JournalDatabaseConnection = IDBPDatabase<JournalSchema>;

const VERSION = 1;

/** `newer`: storage was upgraded by a newer release. */
export type JournalStorageFailureReason = "full" | "newer" | "unavailable";

/** Opens one connection on first use, and a new connection if the first is lost. */
export function createJournalDatabase() {
  let opening: Promise<JournalDatabaseConnection> | undefined;
  let connection: JournalDatabaseConnection | undefined;
  const listeners = new Set<() => void>();

  const forget = () => {
    opening = undefined;
    connection = undefined;
  };

  const open = async (): Promise<JournalDatabaseConnection> => {
    const opened = await openDB<JournalSchema>(JOURNAL_DATABASE_NAME, VERSION, {
      upgrade: (database) => {
        database.createObjectStore("journals", { keyPath: "id" });
        database.createObjectStore("parts", { keyPath: ["journal", "kind", "number"] });
      },
      // An upgrade or deletion of the database by another page waits for this. Running transactions complete.
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
    connect: (): Promise<JournalDatabaseConnection> => {
      opening ??= open().catch((error: unknown) => {
        forget();
        throw error;
      });
      return opening;
    },

    current: () => connection,

    onLoss: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export type JournalDatabase = ReturnType<typeof createJournalDatabase>;

export function createJournalPartsKeyRange(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

export function toJournalStorageFailureReason(error: unknown): JournalStorageFailureReason {
  const { name } = (error ?? {}) as { readonly name?: unknown };
  if (name === "QuotaExceededError") return "full";
  return name === "VersionError" ? "newer" : "unavailable";
}
