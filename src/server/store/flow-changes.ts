import { type SQL, sql } from "drizzle-orm";
import type { Logger } from "drizzle-orm";
import type { DatabaseReader } from "./database.ts";

/** Data read after `read` is unchanged as long as `read` returns the same number. */
export interface FlowChangeCounter {
  read(organizationId: string): number | Promise<number>;
}

/** The start of a batch too, because lists show running batches. Its end writes its flow. */
const FLOW_TABLES = /\b(?:flows|flow_tags|flow_tag_counts|flow_counts)\b|^\s*insert into "?batches\b/i;

/**
 * Counts the changes of the embedded store, which no other process writes, by the statements that name a
 * table of flows. A statement counts before it runs, and a transaction again after its end, so a response
 * that was read in between is not taken for current later.
 */
export class EmbeddedFlowChanges implements FlowChangeCounter, Logger {
  #changes = 0;

  /** Called by drizzle before each statement. */
  logQuery(text: string): void {
    if (!/^\s*select\b/i.test(text) && FLOW_TABLES.test(text)) this.#changes += 1;
  }

  read(): number {
    return this.#changes;
  }

  async around<T>(transaction: () => Promise<T>): Promise<T> {
    const before = this.#changes;
    try {
      return await transaction();
    } finally {
      if (this.#changes !== before) this.#changes += 1;
    }
  }
}

/** Triggers count for all servers. One query serves all requests that arrived before it. */
export class PostgresFlowChanges implements FlowChangeCounter {
  readonly #database: DatabaseReader;
  readonly #organizations = new Map<string, CountReads>();

  constructor(database: DatabaseReader) {
    this.#database = database;
  }

  read(organizationId: string): Promise<number> {
    let reads = this.#organizations.get(organizationId);
    if (!reads) {
      reads = { running: undefined, next: undefined };
      this.#organizations.set(organizationId, reads);
    }
    if (reads.next) return reads.next;
    if (!reads.running) return this.#begin(reads, organizationId);
    // A query that runs already may have read the count before a write that this request must see.
    reads.next = reads.running.then(
      () => this.#begin(reads, organizationId),
      () => this.#begin(reads, organizationId),
    );
    return reads.next;
  }

  #begin(reads: CountReads, organizationId: string): Promise<number> {
    reads.next = undefined;
    const running = this.#query(organizationId).finally(() => {
      if (reads.running === running) reads.running = undefined;
    });
    reads.running = running;
    return running;
  }

  async #query(organizationId: string): Promise<number> {
    const { rows } = await this.#database.execute(selectChanges(organizationId));
    return Number(rows[0]?.["changes"]);
  }
}

interface CountReads {
  running: Promise<number> | undefined;
  next: Promise<number> | undefined;
}

function selectChanges(organizationId: string): SQL {
  return sql`SELECT coalesce(sum(changes), 0) AS changes FROM flow_changes WHERE organization_id = ${organizationId}`;
}
