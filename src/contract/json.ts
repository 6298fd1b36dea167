import * as z from "zod/mini";
import type { JsonObject, JsonValue } from "#core/json/json.ts";

// zod's JIT compiler tests whether `eval` is allowed, which the content security policy reports.
z.config({ jitless: true });

/** Checks a value without copying it, so callers keep the output of `JSON.parse`. */
export const jsonValueSchema = z.custom<JsonValue>((value) => value !== undefined, "a JSON value");

export const jsonObjectSchema = z.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "a JSON object",
);

/** ISO 8601 in UTC, e.g. `2026-06-01T16:40:24.446Z`. */
export const timestampSchema = z.string().check(z.minLength(1));
