import { type $ZodType, toJSONSchema } from "zod/v4/core";
import {
  ENDPOINT_HEADERS,
  ENDPOINT_TAGS,
  type EndpointDescription,
  endpointDescriptions,
} from "#contract/endpoint-descriptions.ts";
import { type EndpointDefinition, listRequiredScopes } from "#contract/endpoint.ts";
import { type EndpointName, endpoints } from "#contract/endpoints.ts";
import { errorBodySchema } from "#contract/error-body.ts";
import { type JsonSchema, describeReferencedSchemas, refToSchema } from "./referenced-schemas.ts";

const documents = new Map<string | undefined, string>();

/** Returns the description of this server's API. `upstream` is the API that answers under `/v1` in cloud mode. */
export function getOpenApiJson(upstream?: string): string {
  const text = documents.get(upstream) ?? JSON.stringify(describeApi(upstream));
  documents.set(upstream, text);
  return text;
}

function describeApi(upstream: string | undefined): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, "{$1}");
    const description = endpointDescriptions[name as EndpointName];
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: describeEndpoint(name, endpoint, description),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Flowline",
      version: "1",
      summary: "A server that speaks the Runtype flow API.",
      description:
        (upstream === undefined ? "" : describeUpstream(upstream)) +
        "Paths under `/v1` are those of the Runtype API; fields and parameters beyond it are optional. Paths under `/local` are extensions of this server. Errors have the status, a message and details with stable codes. On a server with a limit of requests, answers have `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds until the whole limit is available again).",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "This server" }],
    tags: Object.entries(ENDPOINT_TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An API key, if the server requires one." },
      },
      responses: describeErrorResponses(JSON.stringify(paths)),
      schemas: describeReferencedSchemas([paths, refToSchema(errorBodySchema)]),
    },
  };
}

function describeUpstream(url: string): string {
  return `This server runs in cloud mode: ${url} answers the paths under \`/v1\`, without the fields and parameters beyond the Runtype API. Its [own description](${url}/v1/openapi.json) lists all its endpoints.\n\n`;
}

function describeEndpoint(
  operationId: string,
  endpoint: EndpointDefinition,
  { tag, description, headers = [] }: EndpointDescription,
): object {
  const file = endpoint.file !== undefined && { 200: describeFile(endpoint.file) };
  const answers = Object.entries(endpoint.answers).map(([status, schema]) => [
    status,
    describeAnswer(status, schema),
  ]);
  const stream = endpoint.events && { 200: describeStream(endpoint.events, endpoint.answers[200]) };
  const usual = ["400", ...(endpoint.scope ? ["401", "403"] : []), "429", "500", "503", "507"].map(
    (status) => [status, refToErrorResponse(status)],
  );
  const errors = Object.entries(endpoint.errors ?? {}).map(([status, schema]) => [
    status,
    schema === errorBodySchema
      ? refToErrorResponse(status)
      : { description: STATUS_DESCRIPTIONS[status], content: json(refToSchema(schema)) },
  ]);
  const notModified = headers.includes("If-None-Match") && {
    304: { description: "The caller’s copy is current." },
  };
  return {
    operationId,
    tags: [tag],
    summary: endpoint.summary.replaceAll("`", ""),
    description,
    parameters: [
      ...describeParameters(endpoint, tag),
      ...headers.map((name) => ({
        name,
        in: "header",
        ...ENDPOINT_HEADERS[name],
        schema: { type: "string" },
      })),
    ],
    ...(endpoint.body && {
      requestBody: { required: endpoint.isBodyOptional !== true, content: json(refToSchema(endpoint.body)) },
    }),
    ...(endpoint.isForm && {
      requestBody: { required: true, content: { "multipart/form-data": { schema: FORM } } },
    }),
    responses: {
      ...file,
      ...Object.fromEntries([...answers, ...usual, ...errors]),
      ...notModified,
      ...stream,
    },
    security: endpoint.scope ? [{ bearer: [...listRequiredScopes(endpoint)] }] : [],
  };
}

const STATUS_DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: "Success",
  201: "Created",
  202: "Accepted: the work continues in the background",
  204: "Success, without a body",
  400: "The request is not valid. `details` locates the error.",
  401: "No valid API key or session",
  403: "The API key lacks a scope.",
  404: "Not found",
  409: "Conflict with another request or record",
  412: "The flow changed since the version in `If-Match`.",
  413: "The body is too large.",
  422: "The request cannot be processed as it is.",
  429: "Too many requests or runs. `Retry-After` says when to retry.",
  500: "Unexpected error of the server",
  503: "Temporarily unavailable. Retry in a moment.",
  507: "The server’s disk is full.",
};

const ERROR_STATUSES = Object.keys(STATUS_DESCRIPTIONS).filter((status) => Number(status) >= 400);

function refToErrorResponse(status: string): object {
  return { $ref: `#/components/responses/Error${status}` };
}

function describeErrorResponses(usedIn: string): object {
  const statuses = ERROR_STATUSES.filter((status) => usedIn.includes(`/Error${status}"`));
  return Object.fromEntries(
    statuses.map((status) => [
      `Error${status}`,
      { description: STATUS_DESCRIPTIONS[status], content: json(refToSchema(errorBodySchema)) },
    ]),
  );
}

const text = { type: "string" };

const FORM = {
  type: "object",
  properties: {
    file: { type: "string", contentMediaType: "text/csv" },
    nameColumn: text,
    typeColumn: text,
    typeValue: text,
  },
  required: ["file"],
};

function describeFile(type: string): object {
  return { description: "A file", content: { [type]: { schema: text } } };
}

function describeAnswer(status: string, schema: $ZodType | null): object {
  const description = STATUS_DESCRIPTIONS[status];
  return schema ? { description, content: json(refToSchema(schema)) } : { description };
}

/** Generators of clients read it as the type of each event. The title is the event's name. */
function describeStream(events: Readonly<Record<string, $ZodType>>, whole: $ZodType | null = null): object {
  const anyOf = Object.entries(events).map(([title, schema]) => ({ title, ...refToSchema(schema) }));
  return {
    description: whole ? "The result, or server-sent events if requested" : "Server-sent events",
    content: { ...(whole && json(refToSchema(whole))), "text/event-stream": { schema: { anyOf } } },
  };
}

function describeParameters(
  endpoint: EndpointDefinition,
  tag: EndpointDescription["tag"],
): readonly object[] {
  const inPath = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => {
    const noun = /^\/(?:v1\/batch|local\/batches)/.test(endpoint.path) ? "batch" : NOUNS[tag];
    const description = `Id of the ${name === "id" ? noun : name.replace("Id", "")}`;
    return { name, in: "path", required: true, description, schema: { type: "string" } };
  });
  const query = endpoint.query && (toJSONSchema(endpoint.query, { unrepresentable: "any" }) as JsonSchema);
  const required = (query?.["required"] ?? []) as readonly string[];
  const inQuery = Object.entries((query?.["properties"] ?? {}) as Record<string, JsonSchema>).map(
    ([name, schema]) => ({ name, in: "query", required: required.includes(name), schema }),
  );
  return [...inPath, ...inQuery];
}

const NOUNS: Readonly<Record<EndpointDescription["tag"], string>> = {
  Flows: "flow",
  Versions: "flow",
  Runs: "flow",
  Schedules: "schedule",
  Dispatch: "flow",
  Alerts: "alert",
  Records: "record",
  Server: "resource",
};

function json(schema: object): object {
  return { "application/json": { schema } };
}
