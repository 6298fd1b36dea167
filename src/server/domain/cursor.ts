import { parseJson } from "#core/json/json.ts";
import type * as z from "zod/mini";
import { createInvalidRequestError } from "./domain-error.ts";

const FIRST_TIME = Date.parse("0001-01-01T00:00:00.000Z");

export function encodeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

export function decodeCursor<Place>(schema: z.ZodMiniType<Place>, text: string): Place {
  const parsed = schema.safeParse(parseJson(Buffer.from(text, "base64url").toString("utf8")));
  if (!parsed.success) throw createInvalidCursorError("The cursor is not from this server.");
  return parsed.data;
}

export function createInvalidCursorError(message: string) {
  return createInvalidRequestError("The cursor is not valid.", {
    message,
    path: "cursor",
    code: "INVALID_CURSOR",
  });
}

/** Stricter than `Date.parse`, which accepts February 30 and the year 0. */
export function isValidCursorTimestamp(value: string): boolean {
  const time = Date.parse(value);
  return time >= FIRST_TIME && new Date(time).toISOString() === value && value.length === 24;
}
