import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { describeMissingScope } from "#client/data/api/missing-scope.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import type { ApiScope } from "#contract/endpoint.ts";
import type { ApiFeature, ServerFeature } from "#contract/api-features.ts";
import type { ServerCapabilities } from "#contract/local.ts";

/** Why a group of documented endpoints can't be used: the API lacks it, or refuses it to the server's key. */
export interface ApiFeatureUnavailability {
  readonly reason: "missing" | "forbidden";
  /** The reason as a sentence for the user. */
  readonly text: string;
}

export type UnavailableApiFeatures = { readonly [feature in ApiFeature]?: ApiFeatureUnavailability };

/** Combines what the server states about itself with what its API has answered in this browser session. */
export type KnownServerCapabilities = ServerCapabilities & { readonly unavailable?: UnavailableApiFeatures };

export const serverCapabilityQueries = {
  /**
   * Queries the server's capabilities and the session state. Never stale by age; refetched when the session
   * may have changed.
   */
  current: () =>
    queryOptions({
      queryKey: ["capabilities"] as const,
      queryFn: async ({ signal }): Promise<KnownServerCapabilities> => {
        const capabilities = await callEndpoint("getCapabilities", { signal });
        if (pageUserIdentityTracker.adopt(capabilities))
          return { ...capabilities, unavailable: readUnavailableApiFeatures(capabilities) };
        // Never resolves: the page is reloading for another user and must not render that user's data.
        return new Promise<never>(() => {});
      },
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

/** `sessionStorage` key of the unavailable features, stored with the result of {@link describeApiAndUser}. */
export const API_FEATURE_STORAGE_KEY = "flowline-api-features";

export const describeApiAndUser = ({ upstream, identity }: ServerCapabilities) => `${upstream} ${identity}`;

/** Reads the features that the API refused before a reload of the page; a sign-out deletes these. */
function readUnavailableApiFeatures(server: ServerCapabilities): UnavailableApiFeatures {
  try {
    if (!server.signedIn) sessionStorage.removeItem(API_FEATURE_STORAGE_KEY);
    const [owner, unavailable] = JSON.parse(sessionStorage.getItem(API_FEATURE_STORAGE_KEY) ?? "[]");
    return owner === describeApiAndUser(server) ? unavailable : {};
  } catch {
    return {};
  }
}

/** Refetches the capabilities; cancels a read in flight, which may predate the session change. */
export async function refetchServerCapabilities(client: QueryClient): Promise<void> {
  const current = serverCapabilityQueries.current();
  await client.cancelQueries({ queryKey: current.queryKey });
  await client.query({ ...current, staleTime: 0 });
}

/** Whether the server offers a feature, even if a connected API has since answered otherwise. */
export function offersFeature(server: KnownServerCapabilities | undefined, feature: ServerFeature): boolean {
  return server?.apiFeatures?.includes(feature) === true;
}

/**
 * Whether the server offers a group of documented endpoints and the API has not answered otherwise.
 * `server.unavailable[feature].text` is the reason if it has.
 */
export function hasApiFeature(server: KnownServerCapabilities | undefined, feature: ApiFeature): boolean {
  return offersFeature(server, feature) && !server?.unavailable?.[feature];
}

/**
 * Whether the signed-in user has the scope. True while the scopes are unknown, because the server rejects a request
 * without permission and the page then shows that error.
 */
export function hasSignedInUserApiScope(
  server: Pick<ServerCapabilities, "scopes" | "signedIn"> | undefined,
  scope: ApiScope,
): boolean {
  if (!server?.signedIn) return true;
  const [noun] = scope.split(":");
  return ["*", `${noun}:*`, scope].some((held) => server.scopes.includes(held));
}

/** The scopes that a run on stored records needs. */
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
