import { isIP, isIPv6 } from "node:net";
import type { Context } from "hono";
import { HttpError } from "./http-error.ts";
import { type ApiKey, findApiKeyByHash, hashApiKeyOrSessionId } from "./api-keys.ts";

/**
 * Number of wrong keys that a network may send in quick succession. Each further wrong key requires a wait of
 * `GUESS_MS`, which makes guessing keys impractical.
 */
const FREE_GUESSES = 10;
const GUESS_MS = 6000;
const MAX_ADDRESSES = 10_000;
/**
 * Milliseconds after the last use of a valid key in which the same network may use the key again, even if the network
 * has sent too many wrong keys.
 */
const KNOWN_MS = 60 * 60 * 1000;

/**
 * Returns the configured API key with this secret, or undefined for a wrong one. After too many wrong keys from an
 * address, throws 429 without checking the key.
 */
export type ApiKeyVerifier = (address: string, secret: string) => ApiKey | undefined;

interface Guesses {
  readonly left: number;
  readonly at: number;
  readonly wrong: readonly string[];
}

export function createApiKeyVerifier(keys: readonly ApiKey[], monotonic: () => number): ApiKeyVerifier {
  const guesses = new Map<string, Guesses>();
  /**
   * Time of the last use of each valid key, by network and key hash. Exempts these keys from the limit on wrong keys:
   * many clients share the address of a proxy, and one that guesses keys must not lock out the others.
   */
  const known = new Map<string, number>();
  return (address, secret) => {
    const network = networkOf(address);
    const hash = hashApiKeyOrSessionId(secret);
    const previous = guesses.get(network);
    // A repeated wrong key is not counted: a program with an outdated key must not lock out its network.
    if (previous?.wrong.includes(hash)) return undefined;
    const at = monotonic();
    const use = `${network} ${hash}`;
    const usedAt = known.get(use);
    const isKnown = usedAt !== undefined && at - usedAt < KNOWN_MS;
    const left = previous
      ? Math.min(FREE_GUESSES, previous.left + (at - previous.at) / GUESS_MS)
      : FREE_GUESSES;
    if (left < 1 && !isKnown) throw tooManyWrong(Math.ceil(((1 - left) * GUESS_MS) / 1000));
    const key = findApiKeyByHash(keys, hash);
    if (key) {
      remember(known, use, at);
      return key;
    }
    const wrong = [hash, ...(previous?.wrong ?? [])].slice(0, FREE_GUESSES);
    remember(guesses, network, { left: left - 1, at, wrong });
    return undefined;
  };
}

function remember<T>(entries: Map<string, T>, name: string, value: T): void {
  entries.delete(name);
  entries.set(name, value);
  const [oldest] = entries.keys();
  if (entries.size > MAX_ADDRESSES && oldest !== undefined) entries.delete(oldest);
}

function tooManyWrong(seconds: number): HttpError {
  const message = `Too many failed attempts. Retry in ${seconds} s.`;
  return new HttpError(429, message, [{ message, code: "TOO_MANY_WRONG_KEYS" }], {
    headers: { "retry-after": String(seconds) },
  });
}

/**
 * Returns the client's address. Each trusted proxy appends one address to `X-Forwarded-For`; the client may have forged
 * earlier entries.
 */
export function getClientIpAddress(context: Context, trustedProxies: number): string {
  const { incoming } = (context.env ?? {}) as {
    readonly incoming?: { readonly socket?: { remoteAddress?: string } };
  };
  const peer = incoming?.socket?.remoteAddress ?? "";
  if (trustedProxies === 0) return peer;
  const address = (context.req.header("x-forwarded-for") ?? "").split(",").at(-trustedProxies)?.trim() ?? "";
  return isIP(address) === 0 ? peer : address;
}

/** Returns the address, or the /64 network of an IPv6 address: a single client may use a whole /64 network. */
function networkOf(address: string): string {
  const embedded = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (embedded !== undefined) return embedded;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const front = head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  return [...front, ...gap, ...back].slice(0, 4).join(":");
}
