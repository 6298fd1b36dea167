import * as z from "zod/mini";
import { isCursorTime, readCursor } from "#server/cursor.ts";
import type { RecordPosition } from "#server/store/record-page.ts";

/** A place in the list of records. `offset` counts the rows before it, for those who show page numbers. */
export interface RecordCursor extends RecordPosition {
  readonly offset: number;
}

const cursorSchema = z.object({
  value: z.string().check(z.refine(isCursorTime)),
  id: z.string().check(z.regex(/^record_\w{1,100}$/)),
  offset: z.int().check(z.minimum(0)),
});

/** 400 for a cursor that this server never gave. */
export function readRecordCursor(text: string): RecordCursor {
  return readCursor(cursorSchema, text);
}
