import * as z from "zod/mini";
import { isJsonObject } from "#core/json/json.ts";

/** The error message of a zod union does not say what is wrong. */
export function createValueOrObjectSchema(simple: z.core.$ZodType, object: z.core.$ZodType) {
  return z.unknown().check((payload) => {
    const { error } = z.safeParse(isJsonObject(payload.value) ? object : simple, payload.value);
    for (const { message, path } of error?.issues ?? []) {
      payload.issues.push({ code: "custom", message, path, input: payload.value });
    }
  });
}
