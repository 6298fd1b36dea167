import * as z from "zod/mini";
import { isJsonObject } from "#core/json.ts";

/** A value that is an object or something simpler. Unlike a union's, its message is about the form that was meant. */
export function eitherSchema(simple: z.core.$ZodType, object: z.core.$ZodType) {
  return z.unknown().check((payload) => {
    const { error } = z.safeParse(isJsonObject(payload.value) ? object : simple, payload.value);
    for (const { message, path } of error?.issues ?? []) {
      payload.issues.push({ code: "custom", message, path, input: payload.value });
    }
  });
}
