import { type $ZodRegistry, type $ZodType, registry, toJSONSchema } from "zod/v4/core";
import * as account from "#contract/account.ts";
import * as alerts from "#contract/alerts.ts";
import * as dispatch from "#contract/dispatch.ts";
import * as early from "#contract/early-endpoints.ts";
import * as environment from "#contract/server-status.ts";
import * as errorBody from "#contract/error-body.ts";
import { ERROR_CODES } from "#contract/error-codes.ts";
import * as events from "#contract/events.ts";
import * as flow from "#contract/flow.ts";
import * as flowTags from "#contract/flow-tags.ts";
import * as flowValidation from "#contract/flow-validation.ts";
import * as flowVersion from "#contract/flow-version.ts";
import * as json from "#contract/json.ts";
import * as local from "#contract/local.ts";
import * as pagination from "#contract/pagination.ts";
import * as record from "#contract/record.ts";
import * as retry from "#contract/retry.ts";
import * as run from "#contract/run.ts";
import * as schedule from "#contract/schedule.ts";
import * as runHealth from "#contract/run-health.ts";
import * as stepSearch from "#contract/step-search.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The modules whose exported schemas become components, each named like its export without “Schema”. */
const MODULES: readonly Readonly<Record<string, unknown>>[] = [
  json,
  pagination,
  errorBody,
  flow,
  flowTags,
  flowVersion,
  flowValidation,
  record,
  run,
  schedule,
  retry,
  runHealth,
  alerts,
  stepSearch,
  dispatch,
  events,
  local,
  early,
  environment,
  account,
];

const PREFIX = "#/components/schemas/";
const named: $ZodRegistry<{ id: string }> = registry();

for (const module of MODULES) {
  for (const [exportName, value] of Object.entries(module))
    if (exportName.endsWith("Schema") && isSchema(value)) add(exportName.slice(0, -"Schema".length), value);
}
add("emptyEvent", events.serverEventSchemas.ready);
for (const [name, schema] of Object.entries({
  ...events.serverEventSchemas,
  ...dispatch.dispatchEventSchemasByName,
}))
  add(`${name.replaceAll(/[._](\w)/g, (_, letter: string) => letter.toUpperCase())}Event`, schema);

function isSchema(value: unknown): value is $ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}

function add(name: string, schema: $ZodType): void {
  if (!named.has(schema)) named.add(schema, { id: `${name.charAt(0).toUpperCase()}${name.slice(1)}` });
}

/** Returns a reference to the component of the schema. Throws if the contract does not export the schema. */
export function refToSchema(schema: $ZodType): JsonSchema {
  const name = named.get(schema)?.id;
  if (name === undefined) {
    const { properties = {} } = toJSONSchema(schema, { unrepresentable: "any" });
    throw new Error(
      `An endpoint uses a schema with the properties ${Object.keys(properties).join(", ")} that no listed file exports under a name ending in Schema`,
    );
  }
  return { $ref: `${PREFIX}${name}` };
}

/** Returns the schemas that the rest of the document refers to, directly or through each other, by name. */
export function describeReferencedSchemas(document: object): Readonly<Record<string, JsonSchema>> {
  const { schemas } = toJSONSchema(named, {
    uri: (id) => `${PREFIX}${id}`,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // Without `additionalProperties`, generators of clients take it for an object without properties.
      if (zodSchema === json.jsonObjectSchema)
        Object.assign(jsonSchema, { type: "object", additionalProperties: true });
      // Responses are not checked step by step, but the server stores no step that a request could not have.
      if (zodSchema === flow.flowSchema)
        jsonSchema.properties = {
          ...jsonSchema.properties,
          flowSteps: { type: "array", items: refToSchema(flow.stepInRequestBodySchema) },
        };
      if (zodSchema === errorBody.errorDetailSchema)
        jsonSchema.properties = {
          ...jsonSchema.properties,
          code: { type: "string", enum: [...ERROR_CODES] },
        };
    },
  });
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name = ""] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      visit(withoutIdentifiers(schemas[name] ?? {}));
    }
  };
  visit(document);
  return Object.fromEntries(
    [...found].toSorted().map((name) => [name, withoutIdentifiers(schemas[name] ?? {})]),
  );
}

/** Drops `$id`, which would make the references inside relative to it, and `$schema`, which the document declares once. */
function withoutIdentifiers({ $id: _id, $schema: _schema, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
