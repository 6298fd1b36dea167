import { sql } from "drizzle-orm";
import type { Database } from "./database.ts";

const MAX_WRITES = 2000;
const IDLE_MS = 30_000;
const MAX_SEGMENTS = 8;

/** PGlite has no background processes: after 2,000 writes or 128 MB of log, and after 30 seconds of rest. */
export class VacuumScheduler {
  readonly #clean: () => Promise<void>;
  #writes = 0;
  #segments = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(clean: () => Promise<void>) {
    this.#clean = clean;
  }

  countWrite(): void {
    this.#writes += 1;
    if (this.#writes >= MAX_WRITES) {
      this.#run();
    } else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#run(), IDLE_MS);
      this.#timer.unref();
    }
  }

  countSegment(): void {
    this.#segments += 1;
    if (this.#segments >= MAX_SEGMENTS) this.#run();
  }

  /** Call this after the last write, because each write may start one. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#writes = 0;
    this.#segments = 0;
    this.#running = this.#running.then(this.#clean).catch(() => undefined);
  }
}

/** All tables would include each partition of the step results and each of its indexes. */
export async function vacuumChangedTables(database: Database): Promise<void> {
  const { rows } = await database.execute(sql`
    SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_all_tables
    WHERE schemaname <> 'pg_toast' AND (n_dead_tup > 0 OR n_ins_since_vacuum > 0 OR n_mod_since_analyze > 0)`);
  if (rows.length === 0) return;
  await database.execute(sql.raw(`VACUUM ANALYZE ${rows.map(({ name }) => String(name)).join(", ")}`));
}
