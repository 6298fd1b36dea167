import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import type { Transaction } from "#server/store/database.ts";
import { type FlowRow, findFlow, lockFlow } from "#server/store/flow-rows.ts";
import type { FlowContext } from "./flow-context.ts";
import { flowText } from "./flow-answer.ts";
import { isMatch } from "./version-token.ts";

/** An id that no store could hold names nothing; asking for it must not reach the database, where a NUL is an error. */
export function isId(id: string): boolean {
  return /^[\w\-:.]{1,128}$/.test(id);
}

/** A flow's id as a request names it, or 404 for what cannot be one. */
export function readFlowId(text: string | undefined): string {
  if (text === undefined || !isId(text)) throw flowNotFound();
  return text;
}

export function flowNotFound(): ApiFailure {
  return new ApiFailure(404, "Flow not found.");
}

/** The flow as it is now, or 404. */
export async function getFlow(context: FlowContext, caller: Caller, id: string): Promise<FlowRow> {
  const row = await findFlow(context.store.database, caller.organizationId, id);
  if (!row) throw flowNotFound();
  return row;
}

/** The flow kept for this transaction, or 404; 412 with the current flow when `If-Match` names another state. */
export async function holdFlow(
  context: FlowContext,
  tx: Transaction,
  caller: Caller,
  id: string,
  ifMatch: string | undefined,
): Promise<FlowRow> {
  const row = await lockFlow(tx, caller.organizationId, id);
  if (!row) throw flowNotFound();
  if (!context.extras || isMatch(ifMatch, row)) return row;
  const message = "The flow was changed since it was read.";
  throw new ApiFailure(412, message, [{ message, code: "STALE_REVISION" }], {
    extra: `"current":${flowText(row, context)}`,
  });
}
