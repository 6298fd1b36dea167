import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Client, Pool, type PoolClient, type PoolConfig, types } from "pg";
import { describeConnectionShortage } from "./describe-connection-shortage.ts";
import type { Database, DatabaseTransaction } from "./database.ts";
import { type ReportProgress, assertTablesReadable, migrateDatabase, migrations } from "./migrate.ts";
import { type ChangeEventWithoutId, addIdToChangeEvent } from "./change-listeners.ts";
import { PostgresFlowChanges } from "./flow-changes.ts";
import { LimitedReadClient, READ_LIMITS, type ReadKind } from "./limited-reads.ts";
import { UnnamedStatementClient } from "./unnamed-statements.ts";
import { PostgresChangeEventReceiver, sendChangeEventInTransaction } from "./postgres-events.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import { StoreFailure, getConnectionFailureKind, getStoreFailureKind } from "./store-failure.ts";
import type { Store } from "./store.ts";

const CONNECT_MS = 10_000;
/** Milliseconds to wait for a lock: longer than any transaction of this server holds a row lock. */
const LOCK_MS = 10_000;
/** Longer than any statement normally takes; no request may occupy a connection for long. */
const STATEMENT_MS = 45_000;
/** Milliseconds to wait for the result of a query. A longer wait means that the connection died silently. */
const ANSWER_MS = 60_000;
const KEEP_ALIVE_MS = 10_000;

types.setTypeParser(types.builtins.JSON, (text) => text);
types.setTypeParser(types.builtins.INT8, Number);

const POOL_SIZE = 10;
/** For lists in the order of their indexes, also before the first statistics; the default assumes a turning disk. */
const PLANNER_SETTING = "random_page_cost = 1.1";

export interface PostgresStoreOptions {
  readonly url: string;
  /** For LISTEN and migrations. If set, `url` may lead to a pooler in transaction mode. */
  readonly listenUrl?: string | undefined;
  readonly poolSize?: number;
  readonly onLostConnection: (error: Error) => void;
  /** Called with a sentence about a setting that works now, but not under load or with several servers. */
  readonly onWarning?: (text: string) => void;
  readonly onProgress?: ReportProgress | undefined;
  readonly connectMs?: number;
  readonly lockMs?: number;
  readonly statementMs?: number;
  readonly readLimits?: Readonly<Record<ReadKind, number>>;
}

export async function openPostgresStore({
  url,
  listenUrl,
  poolSize = POOL_SIZE,
  onLostConnection,
  onWarning = () => undefined,
  onProgress,
  connectMs = CONNECT_MS,
  lockMs = LOCK_MS,
  statementMs = STATEMENT_MS,
  readLimits = READ_LIMITS,
}: PostgresStoreOptions): Promise<Store> {
  const shortage = await prepareDatabase(listenUrl ?? url, {
    poolSize: listenUrl === undefined ? poolSize : undefined,
    onProgress,
  });
  if (shortage !== undefined) onWarning(shortage);
  const limits = [`lock_timeout = ${lockMs}`, `statement_timeout = ${statementMs}`];
  const pool = new Pool({
    connectionString: url,
    application_name: "flowline",
    max: poolSize,
    connectionTimeoutMillis: connectMs,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    ...(listenUrl === undefined
      ? setUpSessions([...limits, PLANNER_SETTING])
      : { Client: UnnamedStatementClient }),
  });
  // Without a listener, an `error` event ends the process. Connections in use also fail their query.
  pool.on("error", onLostConnection);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  const database: Database = drizzle(pool);
  const event = new PostgresChangeEventReceiver(listenUrl ?? url, onLostConnection);
  const transactionStart =
    listenUrl === undefined ? [] : limits.map((limit) => sql.raw(`SET LOCAL ${limit}`));
  void event
    .isReceiving((channel) => pool.query("SELECT pg_notify($1, '')", [channel]))
    .then((isReceiving) => {
      if (!isReceiving) onWarning(listenUrl === undefined ? NO_EVENTS : NO_EVENTS_BESIDE_POOLER);
    });
  return {
    kind: "postgres",
    database,
    flowChanges: new PostgresFlowChanges(database),
    limitReads: (kind, signal) =>
      drizzle(
        new LimitedReadClient({
          withConnection: (work) => withConnection(pool, work),
          milliseconds: readLimits[kind],
          signal,
          cancelStatement: (backend) => event.cancelStatement(backend),
        }) as never,
      ) as Database,
    jobs: { db: { executeSql: (text, values) => pool.query(text, values) } },
    write: (work) =>
      transact(pool, async (tx) => {
        for (const statement of transactionStart) await tx.execute(statement);
        const unsentEvents: ChangeEventWithoutId[] = [];
        const result = await work(tx, (unsent) => void unsentEvents.push(unsent));
        for (const unsent of unsentEvents) await sendChangeEventInTransaction(tx, addIdToChangeEvent(unsent));
        return result;
      }),
    getPoolUsage: () => ({
      idle: pool.idleCount,
      busy: pool.totalCount - pool.idleCount,
      waiting: pool.waitingCount,
    }),
    listen: (listener) => event.listen(listener),
    ping: async () => {
      await database.execute(sql`SELECT 1`);
    },
    close: async () => {
      await event.close();
      await pool.end();
    },
  };
}

const NO_EVENTS =
  "PostgreSQL notifications don’t arrive, so tabs won’t see changes saved by other servers. If FLOWLINE_DATABASE_URL names a pooler in transaction mode, set FLOWLINE_DATABASE_LISTEN_URL to the database itself.";
const NO_EVENTS_BESIDE_POOLER =
  "PostgreSQL notifications don’t arrive, so tabs won’t see changes saved by other servers. FLOWLINE_DATABASE_LISTEN_URL must name the same database as FLOWLINE_DATABASE_URL, and no pooler.";

/** By a statement, because connection poolers refuse startup parameters. */
function setUpSessions(settings: readonly string[]): Pick<PoolConfig, "onConnect"> {
  const statement = settings.map((setting) => `SET ${setting}`).join("; ");
  return {
    // The pool awaits the promise, although its types do not say so.
    // oxlint-disable-next-line typescript/no-misused-promises
    onConnect: async (client) => void (await client.query(statement)),
  };
}

/** Without time limits. Returns a sentence if there are too few connections for the pool. */
async function prepareDatabase(
  url: string,
  {
    poolSize,
    onProgress,
  }: { readonly poolSize: number | undefined; readonly onProgress: ReportProgress | undefined },
): Promise<string | undefined> {
  const client = new Client({
    connectionString: url,
    application_name: "flowline start",
    connectionTimeoutMillis: CONNECT_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const database: Database = drizzle(client);
    await migrateDatabase(database, migrations, onProgress);
    await assertTablesReadable(database);
    return poolSize === undefined ? undefined : await describeConnectionShortage(database, poolSize);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The database of FLOWLINE_DATABASE_URL cannot be used (${describe(error)}).`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** drizzle's own leaks the connection if `BEGIN` fails; ten leaks would exhaust the pool. */
async function transact<T>(pool: Pool, work: (tx: DatabaseTransaction) => Promise<T>): Promise<T> {
  return withConnection(pool, (client) => (drizzle(client) as Database).transaction(work));
}

/** Lends a connection to `work`, and always releases it. */
async function withConnection<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await checkOut(pool);
  let isLost = false;
  try {
    return await work(client);
  } catch (error) {
    isLost = getStoreFailureKind(error) === "away";
    throw error;
  } finally {
    // Closes the connection instead of returning it to the pool if it is lost, or if it may still be in a transaction.
    client.release(isLost || client.getTransactionStatus() !== "I");
  }
}

async function checkOut(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    const kind = getConnectionFailureKind(error);
    if (kind === undefined) throw error;
    throw new StoreFailure(kind, describe(error), { cause: error });
  }
}

/** Returns the driver's own message, which is clearer than drizzle's wrapper. Neither message contains the password. */
function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text =
    cause instanceof Error ? cause.message || ("code" in cause ? String(cause.code) : "") : String(cause);
  return text.split("\n")[0] ?? "";
}
