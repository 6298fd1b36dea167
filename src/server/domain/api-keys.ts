import { createHash, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { API_SCOPES } from "#contract/endpoint.ts";
import { StartupError } from "./startup-error.ts";

export interface ApiKey {
  readonly hash: string;
  readonly scopes: readonly string[];
  /** Shown as the author of versions and changes. */
  readonly name?: string | undefined;
}

const KEY_LENGTH = 16;
const KEY_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,58}[\p{L}\p{N}.])?$/u;
const GROUPS = [...new Set(API_SCOPES.map((scope) => `${scope.split(":")[0]}:*`))];
const KNOWN_SCOPES: ReadonlySet<string> = new Set(["*", ...GROUPS, ...API_SCOPES]);

/** `<key>=<scope>+<scope>=<name>,…`; the name is optional. Errors give an entry's number, never its text. */
export function parseApiKeys(text: string, settingName: string): readonly ApiKey[] {
  const keys: ApiKey[] = [];
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  for (const [index, entry] of entries.entries()) {
    const refuse = (reason: string) => new StartupError(`${settingName} entry ${index + 1} ${reason}.`);
    const [key = "", ...rest] = entry.split("=");
    if (!/^[\x21-\x7e]+$/.test(key) || key.length < KEY_LENGTH) {
      throw refuse(`must begin with a key of at least ${KEY_LENGTH} visible ASCII characters`);
    }
    if (entry.endsWith("=") && rest.length === 1) {
      throw refuse("has no scope after the =; write * for all scopes");
    }
    const [granted = "*", name, ...excess] = rest;
    if (granted === "") throw refuse("has no scope between the key and the name; write * for all scopes");
    const scopes = granted.toUpperCase().split("+");
    if (!scopes.every((scope) => KNOWN_SCOPES.has(scope))) {
      throw refuse(`has an unknown scope; the scopes are ${[...KNOWN_SCOPES].join(", ")}, joined by +`);
    }
    if (excess.length > 0 || (name !== undefined && !KEY_NAME.test(name))) {
      throw refuse("has a name that is not 1 to 60 letters, digits, spaces or . _ - after the second =");
    }
    const hash = hashApiKeyOrSessionId(key);
    if (keys.some((other) => other.hash === hash)) throw refuse("repeats an earlier key");
    keys.push({ hash, scopes, ...(name !== undefined && { name }) });
  }
  if (text.trim() !== "" && keys.length === 0)
    throw new StartupError(`${settingName} contains no key. Add one, or remove the setting.`);
  return keys;
}

/** Hashes a secret without salt or key stretching, which is safe because secrets are long and random. */
export function hashApiKeyOrSessionId(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Finds the key with this hash. Compares all keys in constant time, so that the duration reveals nothing. */
export function findApiKeyByHash(keys: readonly ApiKey[], hash: string): ApiKey | undefined {
  const wanted = Buffer.from(hash);
  let found: ApiKey | undefined;
  for (const key of keys) {
    const candidate = Buffer.from(key.hash);
    if (candidate.length === wanted.length && timingSafeEqual(candidate, wanted)) found = key;
  }
  return found;
}

const derive = promisify<string, string, number, Buffer>(scrypt);
const publicNames = new Map<string, Promise<string>>();

/** Slow on purpose: browsers store the identifier, and guessing the key from it must be costly. */
export function derivePublicApiKeyId(hash: string): Promise<string> {
  const known = publicNames.get(hash);
  if (known) return known;
  const name = derive(hash, "flowline identity", 16).then((bytes) => `key_${bytes.toString("base64url")}`);
  publicNames.set(hash, name);
  return name;
}
