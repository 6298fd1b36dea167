import { HttpError } from "./http-error.ts";
import { type ApiKey, findApiKeyByHash, hashApiKeyOrSessionId } from "#server/domain/api-keys.ts";
import { getNetworkOfAddress } from "./client-address.ts";

/** Wrong keys of a network in quick succession; each further one waits `GUESS_MS`. */
const FREE_GUESSES = 10;
const GUESS_MS = 6000;
const MAX_ADDRESSES = 10_000;
/** After a valid key's last use, its network may use it despite too many wrong keys. */
const KNOWN_MS = 60 * 60 * 1000;

/** Undefined for a wrong key. After too many wrong keys from an address, throws 429 without a check. */
export type ApiKeyVerifier = (address: string, secret: string) => ApiKey | undefined;

interface Guesses {
  readonly left: number;
  readonly at: number;
  readonly wrong: readonly string[];
}

export function createApiKeyVerifier(keys: readonly ApiKey[], monotonic: () => number): ApiKeyVerifier {
  const guesses = new Map<string, Guesses>();
  /** By network and key hash: one client of a proxy that guesses keys must not lock out the others. */
  const known = new Map<string, number>();
  return (address, secret) => {
    const network = getNetworkOfAddress(address);
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
  const message = "Too many failed attempts.";
  return new HttpError(429, message, [{ message, code: "TOO_MANY_WRONG_KEYS" }], {
    headers: { "retry-after": String(seconds) },
  });
}
