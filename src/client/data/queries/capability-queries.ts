import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { describeMissingScope } from "#client/data/api/missing-scope.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { parseStoredJson, readStoredText, storeText } from "#client/storage/stored-text.ts";
import type { ApiScope } from "#contract/endpoint.ts";
import type { ServerFeature } from "#contract/features.ts";
import type { ServerCapabilities } from "#contract/local.ts";

/** Why the connected API refused features, as sentences: it lacks them, or denies them to the server's key. */
export type RefusedFeatures = { readonly [feature in ServerFeature]?: string };

/** Combines what the server states about itself with what its API has answered in this browser session. */
export type KnownServerCapabilities = ServerCapabilities & { readonly refused?: RefusedFeatures };

export const serverCapabilityQueries = {
  /** Never stale by age; refetched when the session may have changed. */
  current: () =>
    queryOptions({
      queryKey: ["capabilities"] as const,
      queryFn: async ({ signal }): Promise<KnownServerCapabilities> => {
        const capabilities = await callEndpoint("getCapabilities", { signal });
        if (pageUserIdentityTracker.adopt(capabilities))
          return { ...capabilities, refused: readRefusedFeatures(capabilities) };
        // Never resolves: the page is reloading for another user and must not render that user's data.
        return new Promise<never>(() => {});
      },
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

/** `sessionStorage` key of the refused features, stored with the result of {@link describeApiAndUser}. */
export const REFUSED_FEATURES_STORAGE_KEY = "flowline-refused";

export const describeApiAndUser = ({ upstream, identity }: ServerCapabilities) => `${upstream} ${identity}`;

/** Reads the features that the API refused before a reload of the page; a sign-out deletes these. */
function readRefusedFeatures(server: ServerCapabilities): RefusedFeatures {
  if (!server.signedIn) storeText(REFUSED_FEATURES_STORAGE_KEY, null, "sessionStorage");
  const stored = parseStoredJson(readStoredText(REFUSED_FEATURES_STORAGE_KEY, "sessionStorage"));
  const { 0: owner, 1: refused } = (stored ?? []) as { readonly 0?: string; readonly 1?: RefusedFeatures };
  return (owner === describeApiAndUser(server) && refused) || {};
}

/** Refetches the capabilities; cancels a read in flight, which may predate the session change. */
export async function refetchServerCapabilities(client: QueryClient): Promise<void> {
  const current = serverCapabilityQueries.current();
  await client.cancelQueries({ queryKey: current.queryKey });
  await client.query({ ...current, staleTime: 0 });
}

/** Whether the server offers a feature, even if a connected API has since answered otherwise. */
export function offersFeature(server: KnownServerCapabilities | undefined, feature: ServerFeature): boolean {
  return server?.features[feature] === true;
}

/** Like {@link offersFeature}, and renders again when the capabilities change. */
export function useOffersFeature(feature: ServerFeature): boolean {
  return offersFeature(useQuery(serverCapabilityQueries.current()).data, feature);
}

/** Undefined if it can be used, or while the capabilities are unknown. */
export function explainMissingFeature(
  server: KnownServerCapabilities | undefined,
  feature: ServerFeature,
): string | undefined {
  const state = server?.refused?.[feature] ?? server?.features[feature];
  return state === true ? undefined : state;
}

/** Whether the server offers a feature and a connected API has not refused it. */
export function canUseFeature(server: KnownServerCapabilities | undefined, feature: ServerFeature): boolean {
  return offersFeature(server, feature) && !server?.refused?.[feature];
}

/** True while the scopes are unknown: the server rejects the request, and the page shows that error. */
export function hasSignedInUserApiScope(
  server: Pick<ServerCapabilities, "scopes" | "signedIn"> | undefined,
  scope: ApiScope,
): boolean {
  if (!server?.signedIn) return true;
  const [noun] = scope.split(":");
  return ["*", `${noun}:*`, scope].some((held) => server.scopes.includes(held));
}

export const RUN_ON_RECORDS_SCOPES = ["FLOWS:EXECUTE", "RECORDS:READ"] as const;

/** Explains why the signed-in user may not do what needs these scopes; undefined if they may. */
export function explainMissingScope(
  server: KnownServerCapabilities | undefined,
  ...scopes: readonly ApiScope[]
): string | undefined {
  const missing = scopes.find((scope) => !hasSignedInUserApiScope(server, scope));
  return missing && describeMissingScope(missing);
}

/** Like {@link explainMissingScope}, and renders again when the scopes change. */
export function useMissingScope(...scopes: readonly ApiScope[]): string | undefined {
  return explainMissingScope(useQuery(serverCapabilityQueries.current()).data, ...scopes);
}
