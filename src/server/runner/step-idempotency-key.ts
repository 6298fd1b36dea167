import { createHash } from "node:crypto";

/**
 * Returns the idempotency key of a step, 43 characters of A–Z, a–z, 0–9, `-` and `_`. It is the same for all retries
 * of the step in a run, and for all attempts of a run that was interrupted.
 */
export function createStepIdempotencyKey(runKey: string, position: number): string {
  return createHash("sha256")
    .update(JSON.stringify([runKey, position]))
    .digest("base64url");
}
