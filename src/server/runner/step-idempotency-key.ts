import { createHash } from "node:crypto";

/** 43 characters of A–Z, a–z, 0–9, `-` and `_`; the same for all retries and attempts of a run. */
export function createStepIdempotencyKey(runKey: string, position: number): string {
  return createHash("sha256")
    .update(JSON.stringify([runKey, position]))
    .digest("base64url");
}
