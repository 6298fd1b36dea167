import type { QueryClient } from "@tanstack/react-query";
import { API_FEATURES, type ApiFeature } from "#contract/features.ts";
import { ApiError, toSentence } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { storeText } from "#client/storage/stored-text.ts";
import {
  type KnownServerCapabilities,
  type RefusedFeatures,
  REFUSED_FEATURES_STORAGE_KEY,
  describeApiAndUser,
  explainMissingFeature,
  serverCapabilityQueries,
} from "./capability-queries.ts";

// Remembers for the browser session which documented endpoints the connected API lacks or refuses, so that the page
// neither asks again nor offers what cannot work. Only the answers decide: the documentation does not say which
// endpoints an account has.

/** Names of the features as headings or list entries, and the scope that a key needs for them. */
const DESCRIPTIONS: Readonly<Record<ApiFeature, { readonly label: string; readonly scope?: string }>> = {
  dispatch: { label: "Try it", scope: "DISPATCH:EXECUTE" },
  runOnRecordType: { label: "Run on a record type", scope: "FLOWS:EXECUTE" },
  runOnRecords: { label: "Run on chosen records", scope: "FLOWS:EXECUTE" },
  batches: { label: "Runs on several records", scope: "FLOWS:READ" },
  schedules: { label: "Schedules", scope: "FLOWS:READ" },
  stepResults: { label: "Step results", scope: "FLOWS:READ" },
  recordResults: { label: "Results of a record", scope: "RECORDS:READ" },
  records: { label: "Records", scope: "RECORDS:READ" },
  runtimeExport: { label: "Export for the runtime" },
  flowValidation: { label: "Flow validation" },
  codeValidation: { label: "Code and template validation" },
  models: { label: "List of models" },
  tools: { label: "List of tools" },
  secrets: { label: "Secrets check" },
  usage: { label: "Usage limits" },
};

interface ApiFeatureRequest {
  /** A 404 marks the endpoint as missing only if this resolves to true or is omitted. */
  readonly isSubjectThere?: () => Promise<boolean>;
  /** Whether the server may have the answer without the API, so it is asked although the API lacks the endpoint. */
  readonly hasOtherSource?: boolean;
}

/**
 * Sends a request of a feature. Rejects without a request if the server does not offer it, or if an earlier answer showed
 * that the API lacks the endpoint (404, 405, 501) or refuses it to the server's key (403). For these errors
 * {@link isUnavailableFeatureError} is true; others, such as 429, 5xx and a lost connection, are rethrown.
 */
export async function callApiFeature<T>(
  client: QueryClient,
  feature: ApiFeature,
  send: () => Promise<T>,
  { isSubjectThere, hasOtherSource = false }: ApiFeatureRequest = {},
): Promise<T> {
  const missing = explainMissingFeature(readKnown(client), feature);
  if (missing !== undefined && !hasOtherSource) throw createUnavailableFeatureError(missing);
  try {
    return await send();
  } catch (error) {
    throw (await noteApiFeatureError(client, feature, error, isSubjectThere)) ?? error;
  }
}

const UNAVAILABLE_CODE = "UPSTREAM_FEATURE_UNAVAILABLE";

/** Uses a status that queries do not retry, and a code for which the interface shows the message as it is. */
const createUnavailableFeatureError = (text: string) =>
  new ApiError(405, text, { details: [{ message: text, code: UNAVAILABLE_CODE }] });

export const isUnavailableFeatureError = (error: unknown): boolean =>
  error instanceof ApiError && error.details[0]?.code === UNAVAILABLE_CODE;

/** For a request that has failed already. Undefined if the failure says nothing about the feature. */
export async function noteApiFeatureError(
  client: QueryClient,
  feature: ApiFeature,
  error: unknown,
  isSubjectThere: (() => Promise<boolean>) | undefined,
): Promise<ApiError | undefined> {
  // Only a connected API can lack documented endpoints: this server implements its own, and reports its own scopes.
  if (readKnown(client)?.upstream === undefined || !(error instanceof ApiError)) return undefined;
  const found = await classify(feature, error, isSubjectThere);
  const server = readKnown(client);
  if (found === undefined || !server) return undefined;
  remember(client, server, { ...server.refused, [feature]: found });
  return createUnavailableFeatureError(found);
}

const MISSING = "The connected API doesn’t offer this.";

/** Returns why the API refused the feature; undefined if the failure says nothing about it. */
async function classify(
  feature: ApiFeature,
  error: ApiError,
  isSubjectThere: (() => Promise<boolean>) | undefined,
): Promise<string | undefined> {
  if (error.status === 405 || error.status === 501) return MISSING;
  if (error.status === 404) {
    const isAboutEndpoint = isSubjectThere ? await isSubjectThere().catch(() => false) : true;
    return isAboutEndpoint ? MISSING : undefined;
  }
  if (error.status !== 403 || !error.isServerKeyRefused) return undefined;
  const { scope } = DESCRIPTIONS[feature];
  const needed = scope === undefined ? "its scopes" : `it needs ${scope}`;
  return `Not permitted for this server’s API key: ${needed}. ${toSentence(error.message)}`;
}

/** For `isSubjectThere`: whether the API holds the flow. */
export async function isFlowThere(id: string): Promise<boolean> {
  await callEndpoint("getFlow", { params: { id } });
  return true;
}

export interface UnavailableFeature {
  readonly feature: ApiFeature;
  /** The feature's name in the interface, such as “Step results”. */
  readonly label: string;
  readonly reason: string;
}

/** Lists what the connected API has refused in this session, for the page that explains what is left out. */
export function listUnavailableFeatures(
  server: KnownServerCapabilities | undefined,
): readonly UnavailableFeature[] {
  return API_FEATURES.flatMap((feature) => {
    const reason = server?.refused?.[feature];
    return reason === undefined ? [] : [{ feature, label: DESCRIPTIONS[feature].label, reason }];
  });
}

/** Forgets what is remembered about these features (by default all), so that the next use asks the API again. */
export function forgetUnavailableFeatures(
  client: QueryClient,
  features: readonly ApiFeature[] = API_FEATURES,
) {
  const server = readKnown(client);
  if (!server) return;
  const left = Object.entries(server.refused ?? {}).filter(
    ([feature]) => !features.some((one) => one === feature),
  );
  remember(client, server, Object.fromEntries(left));
}

function readKnown(client: QueryClient): KnownServerCapabilities | undefined {
  return client.getQueryData(serverCapabilityQueries.current().queryKey);
}

function remember(client: QueryClient, server: KnownServerCapabilities, refused: RefusedFeatures): void {
  client.setQueryData(serverCapabilityQueries.current().queryKey, { ...server, refused });
  const value = [describeApiAndUser(server), refused];
  storeText(REFUSED_FEATURES_STORAGE_KEY, JSON.stringify(value), "sessionStorage");
}
