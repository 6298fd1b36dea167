import { sql } from "drizzle-orm";
import { Client } from "pg";
import type { Transaction } from "./database.ts";
import { type News, type NewsListener, NewsListeners } from "./news.ts";

const CHANNEL = "flowline_news";
const CONNECT_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
/** A connection that died without a word is found out by a question that is not answered. */
const PROBE_MS = 20_000;
const ANSWER_MS = 10_000;

/** Sends news with the transaction: PostgreSQL hands them out when it commits, in the order of the commits. */
export async function notify(tx: Transaction, news: News): Promise<void> {
  await tx.execute(sql`SELECT pg_notify(${CHANNEL}, ${JSON.stringify(news)})`);
}

/**
 * Hears the news of every server on the database, this one's included, through a connection of its own: one from a pool
 * would be handed on to others. A lost connection is made again, and then all listeners are told of the gap.
 */
export class PostgresNews {
  readonly #url: string;
  readonly #onTrouble: (error: Error) => void;
  readonly #listeners = new NewsListeners();
  #begun: Promise<void> | undefined;
  #client: Client | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #isClosed = false;

  constructor(url: string, onTrouble: (error: Error) => void) {
    this.#url = url;
    this.#onTrouble = onTrouble;
  }

  /** Resolves once news are heard, or a first attempt has failed and others follow. */
  async listen(listener: NewsListener): Promise<() => void> {
    const stop = this.#listeners.add(listener);
    this.#begun ??= this.#connect();
    await this.#begun;
    return stop;
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
    });
    this.#client = client;
    client.on("notification", ({ payload }) => this.#read(payload ?? ""));
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
    this.#listeners.tellGap();
  }

  /** Of all that one lost connection complains of, the first word counts. */
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

  /** What another release of this program words differently is as good as missed. */
  #read(payload: string): void {
    const news = parse(payload);
    if (news) this.#listeners.tell(news);
    else this.#listeners.tellGap();
  }
}

function parse(payload: string): News | undefined {
  try {
    const { id, organizationId, event, data } = JSON.parse(payload) as Partial<Record<keyof News, unknown>>;
    const isNews = [id, organizationId, event, data].every((part) => typeof part === "string");
    return isNews ? ({ id, organizationId, event, data } as News) : undefined;
  } catch {
    return undefined;
  }
}
