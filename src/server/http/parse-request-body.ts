import type { $ZodType, output } from "zod/v4/core";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import {
  type JsonTypeOf,
  assertMatchesSchema,
  findUnstorableValue,
} from "#server/domain/assert-matches-schema.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";

/** Throws if it is no JSON, cannot be stored unchanged, or violates the schema. */
export function parseRequestBody<Schema extends $ZodType>(
  text: string,
  schema: Schema,
): JsonTypeOf<output<Schema>> {
  const body = parseJsonObjectRequestBody(text);
  assertStorableBody(text, body);
  assertMatchesSchema(schema, body, (details) =>
    createInvalidRequestError("The request is not valid.", ...details),
  );
  return body;
}

export function assertStorableBody(text: string, body: JsonObject): void {
  const loss = findUnstorableValue(text, body);
  if (loss) throw createInvalidRequestError("The body contains a value that cannot be stored.", loss);
}

export function parseJsonObjectRequestBody(text: string): JsonObject {
  const body = parse(text);
  if (isJsonObject(body)) return body;
  throw createInvalidRequestError("The body must be a JSON object.", {
    message: "Expected an object.",
    code: "INVALID_TYPE",
  });
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const message = error instanceof Error ? error.message : "Invalid syntax.";
    throw createInvalidRequestError("The body is not valid JSON.", { message, code: "MALFORMED_JSON" });
  }
}
