import { createHash } from "node:crypto";
import type { Caller } from "#server/domain/caller.ts";
import { DomainError, createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import {
  type IdempotencyRow,
  REPLAY_MS,
  tryLockIdempotencyKey,
  findStoredIdempotentResponse,
  insertStoredIdempotentResponse,
} from "#server/store/idempotency-rows.ts";
import type { EndpointHandlerResponse } from "./answer.ts";
import { HttpError } from "./http-error.ts";
import type { EndpointRequest, ReplayedIdempotentResponse } from "./endpoint-handlers.ts";

export const REPLAYED_HEADERS = { "idempotency-replayed": "true" };

export type StorableAnswer = EndpointHandlerResponse & { readonly body: string };

interface Once {
  readonly context: { readonly extras: boolean; readonly now: () => number };
  readonly tx: DatabaseTransaction;
  readonly operation: string;
}

export type KeyedRequest = Pick<EndpointRequest, "caller" | "headers" | "bodyText">;

/** For a day, a repeated request gets the first response, stored in the transaction of `work`. */
export async function runOncePerIdempotencyKey<const Success extends StorableAnswer>(
  once: Once,
  request: KeyedRequest,
  work: () => Promise<Success>,
): Promise<Success | ReplayedIdempotentResponse> {
  const found = await findEarlierRequest(once, request);
  if (!found) return work();
  const { earlier, ...row } = found;
  if (earlier) return replayStoredResponse(earlier);
  const answer = await work();
  await insertStoredIdempotentResponse(once.tx, {
    ...row,
    status: answer.status,
    headers: JSON.stringify(answer.headers ?? {}),
    body: answer.body,
    createdAt: new Date(once.context.now()),
  });
  return answer;
}

/** Creates something once per `Idempotency-Key`. Returns its id, which is stored in place of a response. */
export async function createOncePerIdempotencyKey(
  once: Once,
  request: KeyedRequest,
  create: () => Promise<string>,
): Promise<string> {
  const answer = await runOncePerIdempotencyKey(once, request, async () => ({
    status: 200,
    body: await create(),
  }));
  return answer.body ?? "";
}

/** Undefined without a key. Throws 400 for a malformed key, 409 while locked, 422 for another body. */
export async function findEarlierRequest(
  { context, tx, operation }: Once,
  { caller, headers, bodyText }: KeyedRequest,
) {
  const key = headers.idempotencyKey;
  if (key === undefined || !context.extras) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = "Expected 1 to 255 visible ASCII characters.";
    throw createInvalidRequestError("The Idempotency-Key is not valid.", { message, code: "INVALID_FORMAT" });
  }
  const request = { organizationId: caller.organizationId, route: operation, key: qualifyKey(caller, key) };
  if (!(await tryLockIdempotencyKey(tx, request))) throw createRequestInFlightError();
  const bodyHash = createHash("sha256").update(bodyText).digest("hex");
  const earlier = await findStoredIdempotentResponse(tx, request, new Date(context.now() - REPLAY_MS));
  if (earlier && earlier.bodyHash !== bodyHash) {
    const message = "This Idempotency-Key was used with another body.";
    throw new HttpError(422, message, [{ message, code: "IDEMPOTENCY_KEY_REUSED" }]);
  }
  return { ...request, bodyHash, earlier };
}

/** The answer of a request is no answer for another API key, which may use the same Idempotency-Key. */
function qualifyKey({ keyHash }: Caller, key: string): string {
  if (keyHash === undefined) return key;
  return createHash("sha256")
    .update(JSON.stringify([keyHash, key]))
    .digest("base64url");
}

export function createRequestInFlightError(retryAfter = 1): DomainError {
  const message = "A request with this Idempotency-Key is in progress.";
  return new DomainError("conflict", message, {
    details: [{ message, code: "REQUEST_IN_FLIGHT" }],
    retryAfter,
  });
}

export function replayStoredResponse({ status, body, headers }: IdempotencyRow): ReplayedIdempotentResponse {
  const stored = JSON.parse(headers) as Record<string, string>;
  return { isReplay: true, status, body, headers: { ...stored, ...REPLAYED_HEADERS } };
}
