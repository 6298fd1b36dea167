import type { QueryClient } from "@tanstack/react-query";
import { SECRET_CHECK_LIMITS } from "#contract/account.ts";
import type { ManagedSecretState } from "#core/dataflow/find-environment-problems.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "./api-features.ts";

/** Milliseconds after which a secret that is missing or revoked is checked again: it may have been created. */
const RECHECK_MS = 60_000;
const STATES = ["found", "missing", "revoked"] as const;
/** For a full request: the server asks for 50 names at a time, which takes about 10 s in the API's slow mode. */
const TIME_LIMIT_MS = 60_000;

interface KnownState {
  readonly state: ManagedSecretState;
  readonly since: number;
}

/** Known states by query client, and thus by user: a sign-in of another user reloads the page. */
const knownStates = new WeakMap<QueryClient, Map<string, KnownState>>();

/** Asks only for names whose state may have changed. A failed request leaves the state unknown. */
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
  const due = names.filter(isDue);
  try {
    for (let from = 0; from < due.length; from += SECRET_CHECK_LIMITS.names) {
      const body = { names: due.slice(from, from + SECRET_CHECK_LIMITS.names) };
      const states = await callApiFeature(client, "secrets", () =>
        callEndpoint("checkSecrets", { body, signal, timeLimitMs: TIME_LIMIT_MS }),
      );
      for (const state of STATES) for (const name of states[state]) known.set(name, { state, since: now });
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
