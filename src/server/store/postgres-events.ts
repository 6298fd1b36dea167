import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { Client } from "pg";
import type { DatabaseTransaction } from "./database.ts";
import { type ChangeEvent, type ChangeListener, ChangeListeners } from "./change-listeners.ts";

const CHANNEL = "flowline_news";
const CONNECT_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
/** A failed probe shows that the connection died silently and must be replaced. */
const PROBE_MS = 20_000;
const ANSWER_MS = 10_000;
/** Later, a notification counts as lost: PostgreSQL normally delivers it right after the commit. */
const DELIVERY_MS = 10_000;
/** Application name of the connection, by which a server that starts counts the other servers. */
export const LISTENER_APPLICATION_NAME = "flowline events";

export async function sendChangeEventInTransaction(
  tx: DatabaseTransaction,
  changeEvent: ChangeEvent,
): Promise<void> {
  await tx.execute(sql`SELECT pg_notify(${CHANNEL}, ${JSON.stringify(changeEvent)})`);
}

/** On a connection of its own. Reconnects after a loss and notifies all listeners of the gap. */
export class PostgresChangeEventReceiver {
  readonly #url: string;
  readonly #onTrouble: (error: Error) => void;
  readonly #listeners = new ChangeListeners();
  #begun: Promise<void> | undefined;
  #client: Client | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #isClosed = false;

  constructor(url: string, onTrouble: (error: Error) => void) {
    this.#url = url;
    this.#onTrouble = onTrouble;
  }

  /** Resolves after the first attempt to connect, even if that failed and will be retried. */
  async listen(listener: ChangeListener): Promise<() => void> {
    const stop = this.#listeners.add(listener);
    this.#begun ??= this.#connect();
    await this.#begun;
    return stop;
  }

  /** A connection to a pooler in transaction mode does not. True if the check fails. */
  async isReceiving(send: (channel: string) => Promise<unknown>): Promise<boolean> {
    this.#begun ??= this.#connect();
    await this.#begun;
    const client = this.#client;
    if (!client) return true;
    const channel = `flowline_check_${randomBytes(6).toString("hex")}`;
    const arrived = new Promise<true>((resolve) => {
      client.on("notification", (message) => {
        if (message.channel === channel) resolve(true);
      });
    });
    try {
      await client.query(`LISTEN ${channel}`);
      await send(channel);
      const isLate = wait(DELIVERY_MS, false, { ref: false });
      const hasArrived = await Promise.race([arrived, isLate]);
      await client.query(`UNLISTEN ${channel}`);
      return hasArrived;
    } catch {
      return true;
    }
  }

  /** Does nothing while this connection is lost: the statement then ends at its time limit. */
  async cancelStatement(backend: number): Promise<void> {
    await this.#client?.query("SELECT pg_cancel_backend($1)", [backend]).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#client?.end();
  }

  async #connect(): Promise<void> {
    if (this.#isClosed) return;
    const client = new Client({
      connectionString: this.#url,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      application_name: LISTENER_APPLICATION_NAME,
    });
    this.#client = client;
    client.on("notification", ({ channel, payload }) => {
      if (channel === CHANNEL) this.#read(payload ?? "");
    });
    client.on("error", (error) => this.#lose(client, error));
    client.on("end", () => this.#lose(client, new Error("the connection ended")));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      this.#lose(client, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#retryMs = FIRST_RETRY_MS;
    this.#probe(client);
    this.#listeners.publishGap();
  }

  #lose(client: Client, error: Error): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    this.#onTrouble(error);
    client.end().catch(() => undefined);
    this.#timer = setTimeout(() => void this.#connect(), this.#retryMs * (0.5 + Math.random()));
    this.#timer.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #probe(client: Client): void {
    this.#timer = setTimeout(() => {
      client.query("SELECT 1").then(
        () => this.#client === client && this.#probe(client),
        (error: Error) => this.#lose(client, error),
      );
    }, PROBE_MS);
    this.#timer.unref();
  }

  #read(payload: string): void {
    const changeEvent = parse(payload);
    if (changeEvent) this.#listeners.publish(changeEvent);
    else this.#listeners.publishGap();
  }
}

function parse(payload: string): ChangeEvent | undefined {
  try {
    const { id, organizationId, event, data } = JSON.parse(payload) as Partial<
      Record<keyof ChangeEvent, unknown>
    >;
    const isEvent = [id, organizationId, event, data].every((part) => typeof part === "string");
    return isEvent ? ({ id, organizationId, event, data } as ChangeEvent) : undefined;
  } catch {
    return undefined;
  }
}
