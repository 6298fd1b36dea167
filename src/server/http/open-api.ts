import { type $ZodType, toJSONSchema } from "zod/v4/core";
import type { Endpoint } from "#contract/endpoint.ts";
import { endpoints } from "#contract/endpoints.ts";
import { errorBody } from "#contract/error-body.ts";

let document: string | undefined;

/** The OpenAPI document, made from the endpoint table and its schemas. */
export function openApiText(): string {
  document ??= JSON.stringify(describeApi());
  return document;
}

function describeApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: describeEndpoint(name, endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Flowline", version: "1", description: "A server that speaks the Runtype flow API." },
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Error: toSchema(errorBody) },
    },
  };
}

function describeEndpoint(operationId: string, endpoint: Endpoint): object {
  const file = endpoint.file !== undefined && { 200: describeFile(endpoint.file) };
  const answers = Object.entries(endpoint.answers).map(([status, schema]) => [
    status,
    describeAnswer(schema),
  ]);
  const whole = endpoint.answers[200];
  const stream = endpoint.events && {
    200: describeStream(endpoint.events, whole ? json(toSchema(whole)) : {}),
  };
  const usual = ["400", ...(endpoint.scope ? ["401", "403"] : []), "500"].map((status) => [status, failure]);
  const errors = Object.entries(endpoint.errors ?? {}).map(([status, schema]) => [
    status,
    schema === errorBody ? failure : { ...failure, content: json(toSchema(schema)) },
  ]);
  return {
    operationId,
    summary: endpoint.summary,
    parameters: describeParameters(endpoint),
    ...(endpoint.body && {
      requestBody: { required: endpoint.isBodyOptional !== true, content: json(toSchema(endpoint.body)) },
    }),
    ...(endpoint.isForm && {
      requestBody: { required: true, content: { "multipart/form-data": { schema: FORM } } },
    }),
    responses: { ...file, ...Object.fromEntries([...answers, ...usual, ...errors]), ...stream },
    ...(endpoint.scope && { security: [{ bearer: [endpoint.scope] }] }),
  };
}

const failure = { description: "Error", content: json({ $ref: "#/components/schemas/Error" }) };

const text = { type: "string" };

/** The only form there is. */
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

function describeAnswer(schema: $ZodType | null): object {
  return schema ? { description: "Success", content: json(toSchema(schema)) } : { description: "Nothing" };
}

/** OpenAPI 3.1 has no words for the items of a stream, so they stand in a field of our own. */
function describeStream(events: Readonly<Record<string, $ZodType>>, whole: object): object {
  const schemas = Object.entries(events).map(([name, schema]) => [name, toSchema(schema)] as const);
  return {
    description: "Server-sent events",
    content: {
      ...whole,
      "text/event-stream": { schema: { type: "string" }, "x-events": Object.fromEntries(schemas) },
    },
  };
}

function describeParameters(endpoint: Endpoint): readonly object[] {
  const inPath = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name]) => {
    return { name, in: "path", required: true, schema: { type: "string" } };
  });
  const properties = endpoint.query ? (toSchema(endpoint.query).properties ?? {}) : {};
  const inQuery = Object.entries(properties).map(([name, schema]) => ({ name, in: "query", schema }));
  return [...inPath, ...inQuery];
}

function json(schema: object): object {
  return { "application/json": { schema } };
}

function toSchema(schema: $ZodType) {
  const { $schema: _, ...rest } = toJSONSchema(schema, { unrepresentable: "any" });
  return rest;
}
