import * as z from "zod/mini";
import type { JsonObject, JsonValue } from "#core/json.ts";

// The JIT of zod probes for `eval`, which the dashboard's content security policy reports.
z.config({ jitless: true });

/** Any parsed JSON. Values are checked, never copied: what is kept and sent is what `JSON.parse` made. */
export const jsonValue = z.custom<JsonValue>((value) => value !== undefined, "a JSON value");

export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "a JSON object",
);

/** ISO 8601 in UTC, e.g. `2026-06-01T16:40:24.446Z`. */
export const timestamp = z.string().check(z.minLength(1));
