import { createHash } from "node:crypto";
import { DomainError, createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import {
  type IdempotencyRow,
  tryLockIdempotencyKeyInTransaction,
  findStoredIdempotentResponse,
  insertStoredIdempotentResponse,
} from "#server/store/idempotency-rows.ts";
import type { EndpointHandlerResponse } from "./answer.ts";
import { HttpError } from "./http-error.ts";
import type { EndpointRequest, ReplayedIdempotentResponse } from "./route.ts";

const REPLAY_MS = 24 * 60 * 60 * 1000;

type StorableAnswer = EndpointHandlerResponse & { readonly body: string };

interface Once {
  readonly context: { readonly extras: boolean; readonly now: () => number };
  readonly tx: DatabaseTransaction;
  readonly operation: string;
}

/**
 * Runs `work` once per `Idempotency-Key`; for a day, a repeated request gets the first response again. That response is
 * stored in the transaction that makes the writes of `work`.
 */
export async function runOncePerIdempotencyKey<const Success extends StorableAnswer>(
  { context, tx, operation }: Once,
  { caller, headers, bodyText }: Pick<EndpointRequest, "caller" | "headers" | "bodyText">,
  work: () => Promise<Success>,
): Promise<Success | ReplayedIdempotentResponse> {
  const key = headers.idempotencyKey;
  if (key === undefined || !context.extras) return work();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = "Expected 1 to 255 visible ASCII characters.";
    throw createInvalidRequestError("The Idempotency-Key is not valid.", { message, code: "INVALID_FORMAT" });
  }
  const { organizationId } = caller;
  if (!(await tryLockIdempotencyKeyInTransaction(tx, organizationId, operation, key))) {
    const message = "A request with this Idempotency-Key is in progress.";
    throw new DomainError("conflict", message, { details: [{ message, code: "REQUEST_IN_FLIGHT" }] });
  }
  const now = context.now();
  const bodyHash = createHash("sha256").update(bodyText).digest("hex");
  const request = { organizationId, route: operation, key };
  const earlier = await findStoredIdempotentResponse(tx, request, new Date(now - REPLAY_MS));
  if (earlier) {
    if (earlier.bodyHash === bodyHash) return replay(earlier);
    const message = "This Idempotency-Key was used with another body.";
    throw new HttpError(422, message, [{ message, code: "IDEMPOTENCY_KEY_REUSED" }]);
  }
  const answer = await work();
  await insertStoredIdempotentResponse(tx, {
    ...request,
    bodyHash,
    status: answer.status,
    headers: JSON.stringify(answer.headers ?? {}),
    body: answer.body,
    createdAt: new Date(now),
  });
  return answer;
}

function replay({ status, body, headers }: IdempotencyRow): ReplayedIdempotentResponse {
  const stored = JSON.parse(headers) as Record<string, string>;
  return { isReplay: true, status, body, headers: { ...stored, "idempotency-replayed": "true" } };
}
