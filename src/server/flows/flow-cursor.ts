import * as z from "zod/mini";
import { FLOW_SORT_FIELDS, type FlowSortField } from "#contract/flow.ts";
import { createInvalidCursorError, isValidCursorTimestamp, decodeCursor } from "#server/domain/cursor.ts";
import type { FlowListPosition } from "#server/store/flow-page.ts";

export interface FlowCursor extends FlowListPosition {
  readonly sort: FlowSortField;
  readonly order: "asc" | "desc";
  readonly offset: number;
}

const storable = z.string().check(z.refine((text) => !text.includes("\0")));

const cursorSchema = z
  .object({
    value: z.nullable(storable),
    id: storable,
    sort: z.enum(FLOW_SORT_FIELDS),
    order: z.enum(["asc", "desc"]),
    offset: z.int().check(z.minimum(0)),
  })
  .check(z.refine(hasTime));

export function decodeFlowCursor(text: string, sort: FlowSortField, order: "asc" | "desc"): FlowCursor {
  const cursor = decodeCursor(cursorSchema, text);
  if (cursor.sort !== sort || cursor.order !== order) {
    throw createInvalidCursorError("The cursor belongs to another sort order. Start again without it.");
  }
  return cursor;
}

function hasTime({ sort, value }: { readonly sort: FlowSortField; readonly value: string | null }): boolean {
  if (sort === "name") return value !== null;
  if (value === null) return sort === "lastRunAt";
  return isValidCursorTimestamp(value);
}
