import type { FlowRecord } from "#contract/record.ts";
import { type JsonObject, type JsonValue, equalJson } from "#core/json.ts";
import { callEndpoint } from "./call-endpoint.ts";

/** What a person can change of a record. */
export type RecordBody = {
  readonly type?: string;
  readonly name?: string;
  readonly metadata?: JsonObject;
};

/** The record is not what it was when the person began, in just what they are about to write over. */
export class RecordChangedError extends Error {
  override readonly name = "RecordChangedError";
  readonly current: FlowRecord;

  constructor(current: FlowRecord) {
    super("The record was changed elsewhere");
    this.current = current;
  }
}

/**
 * Writes over the record as `seen`, and over no newer one: records have no version token, so it is read just before the
 * write, and between the two a small window remains. What was changed elsewhere and is not in `body` stays.
 */
export async function writeRecord(seen: FlowRecord, body: RecordBody): Promise<FlowRecord> {
  const params = { id: seen.id };
  const current = await callEndpoint("getRecord", { params });
  if (current.updatedAt !== seen.updatedAt && isClash(seen, current, body))
    throw new RecordChangedError(current);
  return callEndpoint("updateRecord", { params, body });
}

function isClash(seen: FlowRecord, current: FlowRecord, body: RecordBody): boolean {
  return (["type", "name", "metadata"] as const).some((key) => {
    const mine = body[key] as JsonValue | undefined;
    const theirs = current[key] as JsonValue;
    return mine !== undefined && !equalJson(seen[key], theirs) && !equalJson(mine, theirs);
  });
}
