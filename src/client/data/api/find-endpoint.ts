import { earlyEndpoints } from "#contract/early-endpoints.ts";
import type { EndpointDefinition } from "#contract/endpoint.ts";
import type { EndpointName } from "#contract/endpoints.ts";
import { flowEndpoints } from "#contract/flow-endpoints.ts";
import { localServerEndpointDefinitions } from "#contract/local-endpoints.ts";
import { NetworkError } from "./api-error.ts";

type EndpointTable = Partial<Record<EndpointName, EndpointDefinition>>;

const initialEndpoints: EndpointTable = {
  ...flowEndpoints,
  ...localServerEndpointDefinitions,
  ...earlyEndpoints,
};

/** Loads the rarely used endpoints, which keeps them out of the initial bundle. May throw `NetworkError`. */
export function findEndpoint(name: EndpointName): EndpointDefinition | Promise<EndpointDefinition> {
  return initialEndpoints[name] ?? loaded[name] ?? loadEndpoint(name);
}

let loaded: EndpointTable = {};

const loadAllTables = async (): Promise<EndpointTable> => (await import("#contract/endpoints.ts")).endpoints;
const loadEnvironmentTable = async (): Promise<EndpointTable> =>
  (await import("#contract/environment-endpoints.ts")).environmentEndpoints;
const loadRunTable = async (): Promise<EndpointTable> =>
  (await import("#contract/run-endpoints.ts")).runEndpoints;
const loadRecordTable = async (): Promise<EndpointTable> =>
  (await import("#contract/record-endpoints.ts")).recordEndpointDefinitions;

/** The first request of a page does not wait for all tables: a phone builds their schemas for tens of milliseconds. */
const firstTables: { readonly [name in EndpointName]?: () => Promise<EndpointTable> } = {
  getServerStatus: loadEnvironmentTable,
  checkModelServer: loadEnvironmentTable,
  listSecrets: loadEnvironmentTable,
  listBatches: loadRunTable,
  getBatch: loadRunTable,
  listBatchRecords: loadRunTable,
  listStepResults: loadRunTable,
  listRecords: loadRecordTable,
  listRecordTypes: loadRecordTable,
};

async function loadEndpoint(name: EndpointName): Promise<EndpointDefinition> {
  const load = firstTables[name] ?? loadAllTables;
  const table = await load().catch(failToLoad);
  // All of the table: a page that closes must send what belongs to it, such as a deletion, at once.
  loaded = { ...loaded, ...table };
  const endpoint = loaded[name];
  if (!endpoint) throw new Error(`No table has ${name}.`);
  return endpoint;
}

/** For code that did not arrive. */
export function failToLoad(cause: unknown): never {
  throw new NetworkError("No response from the server", { cause });
}
