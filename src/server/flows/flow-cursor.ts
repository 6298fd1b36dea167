import * as z from "zod/mini";
import { FLOW_SORTS, type FlowSort } from "#contract/flow.ts";
import { invalid } from "#server/api-failure.ts";
import type { FlowPosition } from "#server/store/flow-page.ts";

/** A place in one order of the list. `offset` counts the rows before it, for those who show page numbers. */
export interface FlowCursor extends FlowPosition {
  readonly sort: FlowSort;
  readonly order: "asc" | "desc";
  readonly offset: number;
}

const FIRST_TIME = Date.parse("0001-01-01T00:00:00.000Z");

const storable = z.string().check(z.refine((text) => !text.includes("\0")));

const cursorSchema = z.object({
  value: z.nullable(storable),
  id: storable,
  sort: z.enum(FLOW_SORTS),
  order: z.enum(["asc", "desc"]),
  offset: z.int().check(z.minimum(0)),
});

export function writeFlowCursor(cursor: FlowCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** 400 for a cursor that this server never gave, or gave for another order of the list. */
export function readFlowCursor(text: string, sort: FlowSort, order: "asc" | "desc"): FlowCursor {
  const parsed = cursorSchema.safeParse(parseCursor(text));
  if (!parsed.success || !isTime(parsed.data)) throw badCursor("This cursor was not given by this server.");
  if (parsed.data.sort !== sort || parsed.data.order !== order) {
    throw badCursor("This cursor belongs to another order of the list; start again without it.");
  }
  return parsed.data;
}

/** Undefined for a text that is no cursor. */
export function parseCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

export function badCursor(message: string) {
  return invalid("The cursor is not valid.", { message, path: "cursor", code: "INVALID_CURSOR" });
}

function isTime({ sort, value }: { readonly sort: FlowSort; readonly value: string | null }): boolean {
  if (sort === "name") return value !== null;
  if (value === null) return sort === "lastRunAt";
  return isCursorTime(value);
}

/** Only what this server writes: JavaScript reads a 30 February and a year 0, which PostgreSQL does not. */
export function isCursorTime(value: string): boolean {
  const time = Date.parse(value);
  return time >= FIRST_TIME && new Date(time).toISOString() === value && value.length === 24;
}
