import type * as z from "zod/mini";
import { invalid } from "./api-failure.ts";

const FIRST_TIME = Date.parse("0001-01-01T00:00:00.000Z");

/** A place in a list, as a text that its readers hand back and need not understand. */
export function writeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** The place that a cursor stands for; 400 for a text that this server never gave for such a list. */
export function readCursor<Place>(schema: z.ZodMiniType<Place>, text: string): Place {
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) throw badCursor("This cursor was not given by this server.");
  return parsed.data;
}

export function badCursor(message: string) {
  return invalid("The cursor is not valid.", { message, path: "cursor", code: "INVALID_CURSOR" });
}

/** Only what this server writes: JavaScript reads a 30 February and a year 0, which PostgreSQL does not. */
export function isCursorTime(value: string): boolean {
  const time = Date.parse(value);
  return time >= FIRST_TIME && new Date(time).toISOString() === value && value.length === 24;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
