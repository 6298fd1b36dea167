import * as z from "zod/mini";
import { badCursor, isCursorTime, parseCursor } from "#server/flows/flow-cursor.ts";
import type { RecordPosition } from "#server/store/record-page.ts";

/** A place in the list of records. `offset` counts the rows before it, for those who show page numbers. */
interface RecordCursor extends RecordPosition {
  readonly offset: number;
}

const cursorSchema = z.object({
  value: z.string().check(z.refine(isCursorTime)),
  id: z.string().check(z.regex(/^record_\w{1,100}$/)),
  offset: z.int().check(z.minimum(0)),
});

export function writeRecordCursor(cursor: RecordCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** 400 for a cursor that this server never gave. */
export function readRecordCursor(text: string): RecordCursor {
  const parsed = cursorSchema.safeParse(parseCursor(text));
  if (!parsed.success) throw badCursor("This cursor was not given by this server.");
  return parsed.data;
}
