import { DomainError, createNotFoundError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { type FlowRow, findFlow, lockAndReadFlowRow } from "#server/store/flow-rows.ts";
import type { FlowServiceDependencies, FlowWriteTransactionContext } from "./flow-context.ts";
import { serializeFlow } from "./serialize-flow.ts";
import { isWriteAllowedByIfMatch } from "./version-token.ts";

/** Any other text must not reach the database, where a NUL character fails the query. */
export function isWellFormedId(id: string): boolean {
  return /^[\w\-:.]{1,128}$/.test(id);
}

export function parseFlowId(text: string | undefined): string {
  if (text === undefined || !isWellFormedId(text)) throw createFlowNotFoundError();
  return text;
}

/** Reports a failed `If-Match`; `current` is the JSON text of the stored flow, or of null if there is none. */
export class StaleFlowError extends DomainError {
  override readonly name = "StaleFlowError";
  readonly current: string;

  constructor(current: string, message = "The flow was changed elsewhere.") {
    super("stale", message, { details: [{ message, code: "STALE_REVISION" }] });
    this.current = current;
  }
}

export function createFlowNotFoundError(): DomainError {
  return createNotFoundError("Flow not found.");
}

export async function getFlow(
  context: FlowServiceDependencies,
  caller: Caller,
  id: string,
): Promise<FlowRow> {
  const row = await findFlow(context.store.database, caller.organizationId, id);
  if (!row) throw createFlowNotFoundError();
  return row;
}

/** Locks the flow until the transaction ends. Throws `notFound`, or `stale` if `ifMatch` names another revision. */
export async function lockFlowForWrite(
  context: FlowServiceDependencies,
  { tx, caller, ifMatch }: FlowWriteTransactionContext,
  id: string,
): Promise<FlowRow> {
  const row = await lockAndReadFlowRow(tx, caller.organizationId, id);
  if (!row) throw createFlowNotFoundError();
  if (!context.extras || isWriteAllowedByIfMatch(ifMatch, row)) return row;
  throw new StaleFlowError(serializeFlow(row, context));
}
