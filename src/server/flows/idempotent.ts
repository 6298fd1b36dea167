import { createHash } from "node:crypto";
import type { Answer } from "#server/answer.ts";
import { ApiFailure, invalid } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import type { Transaction } from "#server/store/database.ts";
import { claimKey, findAnswer, insertAnswer } from "#server/store/idempotency-rows.ts";
import type { FlowContext } from "./flow-context.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;

interface KeyedRequest {
  /** The `Idempotency-Key`; without one the work is simply done. */
  readonly key: string | undefined;
  readonly route: string;
  readonly bodyText: string;
}

/**
 * Does `work` once for each key: a repeated request gets the first one's answer for a day. The answer is stored in the
 * work's own transaction, so there is never one without the other.
 */
export async function answerOnce(
  context: Pick<FlowContext, "extras" | "now">,
  tx: Transaction,
  caller: Caller,
  { key, route, bodyText }: KeyedRequest,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (key === undefined || !context.extras) return work();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = "Expected 1 to 255 visible ASCII characters.";
    throw invalid("The Idempotency-Key is not valid.", { message, code: "INVALID_FORMAT" });
  }
  const { organizationId } = caller;
  if (!(await claimKey(tx, organizationId, route, key))) {
    const message = "A request with this Idempotency-Key is under way.";
    throw new ApiFailure(409, message, [{ message, code: "REQUEST_IN_FLIGHT" }]);
  }
  const now = context.now();
  const bodyHash = createHash("sha256").update(bodyText).digest("hex");
  const earlier = await findAnswer(tx, organizationId, route, key, new Date(now - KEPT_MS));
  if (earlier) {
    if (earlier.bodyHash === bodyHash) return replay(earlier);
    const message = "This Idempotency-Key was used with another body.";
    throw new ApiFailure(422, message, [{ message, code: "IDEMPOTENCY_KEY_REUSED" }]);
  }
  const answer = await work();
  await insertAnswer(tx, {
    organizationId,
    key,
    route,
    bodyHash,
    status: answer.status,
    headers: JSON.stringify(answer.headers ?? {}),
    body: answer.body ?? "",
    createdAt: new Date(now),
  });
  return answer;
}

function replay(row: { readonly status: number; readonly headers: string; readonly body: string }): Answer {
  const headers = JSON.parse(row.headers) as Record<string, string>;
  return { status: row.status, body: row.body, headers: { ...headers, "idempotency-replayed": "true" } };
}
