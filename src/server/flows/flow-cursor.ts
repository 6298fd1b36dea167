import * as z from "zod/mini";
import { FLOW_SORTS, type FlowSort } from "#contract/flow.ts";
import { badCursor, isCursorTime, readCursor } from "#server/cursor.ts";
import type { FlowPosition } from "#server/store/flow-page.ts";

/** A place in one order of the list. `offset` counts the rows before it, for those who show page numbers. */
export interface FlowCursor extends FlowPosition {
  readonly sort: FlowSort;
  readonly order: "asc" | "desc";
  readonly offset: number;
}

const storable = z.string().check(z.refine((text) => !text.includes("\0")));

const cursorSchema = z
  .object({
    value: z.nullable(storable),
    id: storable,
    sort: z.enum(FLOW_SORTS),
    order: z.enum(["asc", "desc"]),
    offset: z.int().check(z.minimum(0)),
  })
  .check(z.refine(hasTime));

/** 400 for a cursor that this server never gave, or gave for another order of the list. */
export function readFlowCursor(text: string, sort: FlowSort, order: "asc" | "desc"): FlowCursor {
  const cursor = readCursor(cursorSchema, text);
  if (cursor.sort !== sort || cursor.order !== order) {
    throw badCursor("This cursor belongs to another order of the list; start again without it.");
  }
  return cursor;
}

function hasTime({ sort, value }: { readonly sort: FlowSort; readonly value: string | null }): boolean {
  if (sort === "name") return value !== null;
  if (value === null) return sort === "lastRunAt";
  return isCursorTime(value);
}
