import type { PoolClient, QueryResult } from "pg";
import { getConnectionFailureKind } from "./store-failure.ts";

/** `scan`: one window of a scan, which costs little by design. `list`: a list that an index serves. */
export type ReadKind = "list" | "scan";

/** Time limits of a statement in milliseconds. */
export const READ_LIMITS: Readonly<Record<ReadKind, number>> = { list: 10_000, scan: 5_000 };

interface LimitedReadOptions {
  /** Lends a connection to `work`. */
  readonly withConnection: <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;
  readonly milliseconds: number;
  readonly signal: AbortSignal | undefined;
  readonly cancelStatement: (backend: number) => Promise<void>;
}

/** The driver declares a dozen overloads of `query`, none of which takes the arguments as drizzle passes them. */
interface AnyQueryClient {
  query(...statement: readonly unknown[]): Promise<unknown>;
}

/** Each statement has a time limit. If the signal aborts, cancels it and rejects with an `AbortError`. */
export class LimitedReadClient {
  readonly #options: LimitedReadOptions;

  constructor(options: LimitedReadOptions) {
    this.#options = options;
  }

  async query(...statement: readonly unknown[]): Promise<unknown> {
    const { withConnection, signal } = this.#options;
    if (signal?.aborted) throw createAbortError();
    return withConnection(async (client) => {
      try {
        const result = await this.#run(client, statement);
        await client.query("COMMIT");
        return result;
      } catch (error) {
        // A connection that died silently would not respond; it is closed.
        if (getConnectionFailureKind(error) !== "away") await client.query("ROLLBACK").catch(() => undefined);
        throw signal?.aborted ? createAbortError() : error;
      }
    });
  }

  async #run(client: PoolClient, statement: readonly unknown[]): Promise<unknown> {
    const { milliseconds, signal, cancelStatement } = this.#options;
    // Sends one message, and reads the process id from PostgreSQL: a pooler would report its own.
    const begun: unknown = await client.query(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = ${milliseconds}; SELECT pg_backend_pid() AS pid`,
    );
    const pid = Number((begun as readonly QueryResult[]).at(-1)?.rows[0]?.["pid"]);
    if (signal?.aborted) throw createAbortError();
    let cancelling: Promise<void> | undefined;
    const cancel = () => {
      cancelling = cancelStatement(pid);
    };
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await (client as AnyQueryClient).query(...statement);
    } finally {
      signal?.removeEventListener("abort", cancel);
      // Waits before the connection is returned, or the cancellation could end the next user's statement.
      await cancelling;
    }
  }
}

function createAbortError(): Error {
  return new DOMException("The client disconnected.", "AbortError");
}
