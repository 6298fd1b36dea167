import { createHash, timingSafeEqual } from "node:crypto";
import { StartupError } from "#server/store/startup-error.ts";

/** A key that may be used, known by its hash only. */
export interface ApiKey {
  readonly hash: string;
  readonly scopes: readonly string[];
}

/** Reads `<key>=<scope>+<scope>,…`; `*` or nothing after a key stands for all scopes. */
export function readApiKeys(text: string): readonly ApiKey[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry, index) => readApiKey(entry, index));
}

function readApiKey(entry: string, index: number): ApiKey {
  const [key = "", ...rest] = entry.split("=");
  const scopes = rest
    .join("=")
    .split("+")
    .filter((scope) => scope !== "");
  const isWrong =
    !/^[\x21-\x7e]+$/.test(key) || scopes.some((scope) => !/^(?:\*|[A-Z_]+:(?:\*|[A-Z_]+))$/.test(scope));
  if (isWrong) {
    throw new StartupError(
      `API_KEYS must be <key>=<scope>+<scope>,… with scopes such as FLOWS:READ; entry ${index + 1} is not.`,
    );
  }
  return { hash: hashSecret(key), scopes: scopes.length === 0 ? ["*"] : scopes };
}

/** Secrets are long and random, so that a plain hash is enough to keep them from being read. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Looks at every key and every byte, so that the time taken tells nothing. */
export function findKey(keys: readonly ApiKey[], hash: string): ApiKey | undefined {
  const wanted = Buffer.from(hash);
  let found: ApiKey | undefined;
  for (const key of keys) {
    const candidate = Buffer.from(key.hash);
    if (candidate.length === wanted.length && timingSafeEqual(candidate, wanted)) found = key;
  }
  return found;
}

/** `*` allows everything, `FLOWS:*` everything with flows. */
export function hasScope(scopes: readonly string[], scope: string): boolean {
  return scopes.includes("*") || scopes.includes(scope) || scopes.includes(`${scope.split(":")[0]}:*`);
}
