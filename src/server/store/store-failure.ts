import { DrizzleQueryError } from "drizzle-orm";
import { getSqlStateOfError } from "./sql-state.ts";

/** `away`: unreachable, starting or stopping; `busy`: a timeout, or no connection was free. */
export type StoreFailureKind = "full" | "away" | "busy";

export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
  readonly kind: StoreFailureKind;

  constructor(kind: StoreFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** SQLSTATE codes (PostgreSQL, appendix A) of failures that the statement itself did not cause. */
const STATES: Readonly<Record<string, StoreFailureKind>> = {
  "25006": "away", // read_only_sql_transaction: a standby, until it is promoted
  "25P03": "away", // idle_in_transaction_session_timeout
  "40001": "busy", // serialization_failure
  "40P01": "busy", // deadlock_detected
  "53100": "full", // disk_full
  "53300": "busy", // too_many_connections
  "55P03": "busy", // lock_not_available
  "57014": "busy", // query_canceled: a statement timeout
  "57P01": "away", // admin_shutdown
  "57P02": "away", // crash_shutdown
  "57P03": "away", // cannot_connect_now
  "57P05": "away", // idle_session_timeout
};

const NETWORK = new Set([
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  // The socket of a local PostgreSQL exists only while that runs.
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Matches messages of the database driver about a lost connection: these errors have no code. */
const LOST =
  /^(?:Connection terminated|Client (?:has encountered|was closed)|Cannot use a pool|timeout expired|Query read timeout)/;
const NONE_FREE = /^timeout exceeded when trying to connect/;

export function getStoreFailureKind(error: unknown): StoreFailureKind | undefined {
  if (error instanceof StoreFailure) return error.kind;
  const state = getSqlStateOfError(error) ?? "";
  if (STATES[state] !== undefined) return STATES[state];
  return error instanceof DrizzleQueryError
    ? (getStoreFailureKind(error.cause) ?? getConnectionFailureKind(error.cause))
    : undefined;
}

export function getConnectionFailureKind(error: unknown): StoreFailureKind | undefined {
  const state = getSqlStateOfError(error) ?? "";
  if (NETWORK.has(state) || state.startsWith("08")) return "away";
  if (!(error instanceof Error)) return undefined;
  if (LOST.test(error.message)) return "away";
  return NONE_FREE.test(error.message) ? "busy" : STATES[state];
}
