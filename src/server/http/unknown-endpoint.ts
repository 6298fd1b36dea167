import type { EndpointDefinition } from "#contract/endpoint.ts";
import { endpoints } from "#contract/endpoints.ts";
import { HttpError } from "./http-error.ts";

interface EndpointFamily {
  readonly path: string;
  readonly methods: readonly string[];
}

const MAX_SHOWN_PATH = 100;

/** The endpoints of the documented API that this server has, grouped by the first two segments of their paths. */
const families: readonly EndpointFamily[] = groupByFamily(Object.values(endpoints));

/** Creates the 404 for an API path that this server does not have. The response lists the supported paths. */
export function createUnknownEndpointError(method: string, path: string): HttpError {
  const shown = path.length > MAX_SHOWN_PATH ? `${path.slice(0, MAX_SHOWN_PATH)}…` : path;
  const message = `This server has no ${method} ${shown}. It supports flows, versions, runs, dispatch, batches and records: see “supported”, or GET /v1/openapi.json.`;
  return new HttpError(404, message, [{ message, code: "UNKNOWN_ENDPOINT" }], {
    extra: `"supported":${JSON.stringify(families)}`,
  });
}

function groupByFamily(all: readonly EndpointDefinition[]): readonly EndpointFamily[] {
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of all) {
    const [, version, name] = path.split("/");
    if (version !== "v1") continue;
    const family = `/v1/${name}`;
    methods.set(family, (methods.get(family) ?? new Set()).add(method));
  }
  return [...methods]
    .map(([path, found]) => ({ path, methods: [...found].toSorted() }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
