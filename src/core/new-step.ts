import { type StepNode, parseStep } from "./flow-document.ts";
import type { JsonObject } from "./json.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * A TypeID: prefix, `_`, and 26 characters of lowercase Crockford base32 that sort by time (48 bits of `now` in
 * milliseconds, 80 random bits). The core has neither clock nor randomness, so both are passed in.
 */
export function createId(prefix: string, now: number, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError("createId needs 10 random bytes");
  let bits = BigInt(now);
  for (const byte of random.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let text = "";
  for (let index = 0; index < 26; index += 1) {
    text = ALPHABET.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** A node for a step that is not in any document yet; its `id` must be new there. */
export function createStep(step: JsonObject & { readonly id: string }): StepNode {
  return parseStep(step, new Set());
}
