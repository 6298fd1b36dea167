import * as z from "zod/mini";
import { isValidCursorTimestamp, decodeCursor } from "#server/domain/cursor.ts";
import type { RecordListPosition } from "#server/store/record-scan.ts";

export interface RecordCursor extends RecordListPosition {
  readonly offset: number;
}

const cursorSchema = z.object({
  value: z.string().check(z.refine(isValidCursorTimestamp)),
  id: z.string().check(z.regex(/^record_\w{1,100}$/)),
  offset: z.int().check(z.minimum(0)),
});

export function decodeRecordCursor(text: string): RecordCursor {
  return decodeCursor(cursorSchema, text);
}
