import type { QueryClient } from "@tanstack/react-query";
import type { ManagedSecretState } from "#core/dataflow/find-environment-problems.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "./api-features.ts";
import { canUseFeature, serverCapabilityQueries } from "./capability-queries.ts";

/** Limits of `POST /v1/secrets/check`. */
const MAX_KEYS = 50;
const MAX_KEY_CHARACTERS = 100;
/** Milliseconds after which a secret that is missing or revoked is checked again: it may have been created. */
const RECHECK_MS = 60_000;
const TIME_LIMIT_MS = 20_000;

interface KnownState {
  readonly state: ManagedSecretState;
  readonly since: number;
}

/** Known states by query client, and thus by user: a sign-in of another user reloads the page. */
const knownStates = new WeakMap<QueryClient, Map<string, KnownState>>();

/**
 * Returns the states of secrets in the connected account. Asks only for names whose state is unknown or may have
 * changed, 50 per request. A name that the API cannot check, or a failed request, leaves the state unknown.
 */
export async function checkManagedSecrets(
  client: QueryClient,
  names: readonly string[],
  { signal, now = Date.now() }: { readonly signal?: AbortSignal | undefined; readonly now?: number } = {},
): Promise<ReadonlyMap<string, ManagedSecretState>> {
  const known = knownStates.get(client) ?? new Map<string, KnownState>();
  knownStates.set(client, known);
  const isDue = (name: string) => {
    const entry = known.get(name);
    return !entry || (entry.state !== "found" && now - entry.since >= RECHECK_MS);
  };
  const due = names.filter((name) => name.length <= MAX_KEY_CHARACTERS && isDue(name));
  try {
    for (let from = 0; from < due.length; from += MAX_KEYS) {
      const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
      if (!canUseFeature(server, "secrets")) break;
      const keys = due.slice(from, from + MAX_KEYS);
      const json: unknown = await callApiFeature(client, "secrets", () =>
        callEndpoint("checkSecrets", { body: { keys }, signal, timeLimitMs: TIME_LIMIT_MS }),
      );
      for (const [name, state] of readCheckedSecrets(json, keys)) known.set(name, { state, since: now });
    }
  } catch {
    // Leaves the states unknown: to report a problem that does not exist would be worse than to miss one.
  }
  return new Map(
    names.flatMap((name) => {
      const entry = known.get(name);
      return entry ? [[name, entry.state] as const] : [];
    }),
  );
}

const STATES: readonly ManagedSecretState[] = ["found", "missing", "revoked"];

/** Reads the names in the three lists of the response; ignores names that were not asked for. */
function readCheckedSecrets(
  json: unknown,
  keys: readonly string[],
): readonly (readonly [string, ManagedSecretState])[] {
  if (typeof json !== "object" || json === null) return [];
  return STATES.flatMap((state) => {
    const list = (json as Readonly<Record<string, unknown>>)[state];
    const names = Array.isArray(list) ? list : [];
    return names.filter((name): name is string => keys.includes(name)).map((name) => [name, state] as const);
  });
}
