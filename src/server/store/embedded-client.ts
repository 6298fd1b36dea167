import {
  PGlite,
  type PGliteOptions,
  type QueryOptions,
  type Results,
  type Transaction,
} from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import type { DiskSpaceReserve } from "./disk-space-reserve.ts";
import { type DurableFilesystemHooks, DurableFilesystem } from "./durable-filesystem.ts";
import { PreparedStatements } from "./prepared-statements.ts";
import { StoreFailure } from "./store-failure.ts";

const JSON_OID = 114;
const BIGINT_OID = 20;

// `-F` disables fsync, without which a commit may not survive a power failure.
export const PGLITE_OPTIONS: PGliteOptions = {
  extensions: { pg_trgm },
  startParams: [
    ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
    "-c",
    "wal_sync_method=fsync",
    "-c",
    "shared_buffers=32MB",
    // Reads the lists in the order of their indexes, also before the first statistics.
    "-c",
    "random_page_cost=1.1",
    // A search or a rare tag needs a different plan at each use.
    "-c",
    "plan_cache_mode=force_custom_plan",
    // This store has one server and needs no trigger that counts changes. See flow-changes.ts.
    "-c",
    "flowline.counts_changes_in_memory=on",
  ],
  parsers: { [JSON_OID]: (text: string) => text, [BIGINT_OID]: Number },
};

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
/** At least, on a full disk: a checkpoint may free log segments, but must not follow every refused write. */
const CHECKPOINT_MS = 30_000;

type OnNotification = (payload: string) => void;

interface Parts {
  readonly place: string;
  readonly room: DiskSpaceReserve;
  readonly verify: () => void;
  readonly onSegment: () => void;
  readonly onTrouble: (error: unknown) => void;
}

/** For drizzle and pg-boss. Refuses writes while the disk is nearly full. Reopens after a crash. */
export class EmbeddedPostgresClient {
  readonly #parts: Parts;
  readonly #listens = new Map<OnNotification, string>();
  #filesystem: DurableFilesystem;
  #instance: PGlite;
  #statements: PreparedStatements;
  #reopening: Promise<void> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #retryAt = 0;
  #checkpointAt = 0;

  private constructor(parts: Parts, { filesystem, instance }: Opened) {
    this.#parts = parts;
    this.#filesystem = filesystem;
    this.#instance = instance;
    this.#statements = new PreparedStatements(instance);
  }

  static async open(parts: Parts): Promise<EmbeddedPostgresClient> {
    return new EmbeddedPostgresClient(parts, await openPgliteInstance(parts.place, guardsOf(parts)));
  }

  async query<T>(text: string, values?: unknown[], options?: QueryOptions): Promise<Results<T>> {
    await this.#ready();
    if (isRead(text)) return this.#statements.query<T>(text, values, options);
    this.#demandRoom();
    const result = await this.#statements.query<T>(text, values, options);
    this.#parts.verify();
    return result;
  }

  async exec(text: string): ReturnType<PGlite["exec"]> {
    if (startsWithBegin(text)) return this.transaction((tx) => tx.exec(text));
    const instance = await this.#ready();
    this.#demandRoom();
    const results = await instance.exec(text);
    this.#parts.verify();
    return results;
  }

  async transaction<T>(work: (tx: Pick<Transaction, "query" | "exec">) => Promise<T>): Promise<T> {
    await this.#ready();
    const result = await this.#statements.transaction(async (tx) => {
      this.#demandRoom();
      const done = await work({
        query: (text, ...rest) => {
          if (!isRead(text)) this.#demandRoom();
          return tx.query(text, ...rest);
        },
        exec: (text, ...rest) => {
          this.#demandRoom();
          return tx.exec(text, ...rest);
        },
      });
      this.#parts.verify();
      return done;
    });
    // Throws instead of acknowledging the commit if another server has taken over the data directory meanwhile.
    this.#parts.verify();
    return result;
  }

  async listen(channel: string, onNotification: OnNotification): Promise<() => Promise<void>> {
    const instance = await this.#ready();
    this.#listens.set(onNotification, channel);
    await instance.listen(channel, onNotification);
    return async () => {
      this.#listens.delete(onNotification);
      if (this.#filesystem.crash === undefined) await this.#instance.unlisten(channel, onNotification);
    };
  }

  async checkpoint(): Promise<void> {
    await (await this.#ready()).exec("CHECKPOINT");
  }

  async close(): Promise<void> {
    await this.#reopening?.catch(() => undefined);
    if (this.#filesystem.crash === undefined) await this.#instance.close();
    else this.#filesystem.abandon();
  }

  #demandRoom(): void {
    try {
      this.#parts.room.assertSpaceForWrite();
    } catch (error) {
      const now = performance.now();
      if (now >= this.#checkpointAt) {
        this.#checkpointAt = now + CHECKPOINT_MS;
        this.checkpoint().catch(() => undefined);
      }
      throw error;
    }
  }

  async #ready(): Promise<PGlite> {
    if (this.#filesystem.crash === undefined) return this.#instance;
    this.#reopening ??= this.#reopen().finally(() => {
      this.#reopening = undefined;
    });
    await this.#reopening;
    return this.#instance;
  }

  async #reopen(): Promise<void> {
    const { place, room, verify, onTrouble } = this.#parts;
    verify();
    room.demandForOpening();
    if (performance.now() < this.#retryAt) {
      throw new StoreFailure("away", "The embedded database has crashed.", { cause: this.#filesystem.crash });
    }
    onTrouble(this.#filesystem.crash);
    this.#filesystem.abandon();
    try {
      const opened = await openPgliteInstance(place, guardsOf(this.#parts));
      this.#filesystem = opened.filesystem;
      this.#instance = opened.instance;
      this.#statements = new PreparedStatements(opened.instance);
      for (const [onNotification, channel] of this.#listens)
        await opened.instance.listen(channel, onNotification);
      this.#retryMs = FIRST_RETRY_MS;
    } catch (error) {
      this.#retryAt = performance.now() + this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      onTrouble(error);
      throw new StoreFailure("away", "The embedded database cannot be opened again.", { cause: error });
    }
  }
}

interface Opened {
  readonly filesystem: DurableFilesystem;
  readonly instance: PGlite;
}

/** Creates a cluster if there is none. Rejects with PostgreSQL's own message. */
export async function openPgliteInstance(place: string, guards?: DurableFilesystemHooks): Promise<Opened> {
  const filesystem = new DurableFilesystem(place, guards);
  const lines: string[] = [];
  let isOpen = false;
  const onStderr = (text: string) => {
    if (!isOpen) lines.push(text);
    return false;
  };
  try {
    const instance = await PGlite.create({ ...PGLITE_OPTIONS, fs: filesystem, onStderr });
    isOpen = true;
    return { filesystem, instance };
  } catch (error) {
    filesystem.abandon();
    throw new Error(findReason(lines) ?? String(error instanceof Error ? error.message : error), {
      cause: error,
    });
  }
}

function findReason(lines: readonly string[]): string | undefined {
  const messages = lines.flatMap((line) => /\b(?:PANIC|FATAL|ERROR):\s+(.+)/.exec(line)?.[1] ?? []);
  return messages.at(-1);
}

function guardsOf({ room, verify, onSegment }: Parts): DurableFilesystemHooks {
  return { verify, onSegment, release: () => room.release() };
}

/** pg-boss's texts need the client's transaction: theirs would stay open after a failed statement. */
export function startsWithBegin(text: string): boolean {
  return /^\s*BEGIN\b/i.test(text);
}

function isRead(text: string): boolean {
  if (/^\s*(?:select|show|rollback|commit)\b/i.test(text)) return true;
  return /^\s*with\b/i.test(text) && !/\b(?:insert|update|delete)\b/i.test(text);
}
