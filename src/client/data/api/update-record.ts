import type { FlowRecord } from "#contract/record.ts";
import { type JsonObject, type JsonValue, isEqualJson } from "#core/json/json.ts";
import { callEndpoint } from "./call-endpoint.ts";

export type RecordUpdateRequestBody = {
  readonly type?: string;
  readonly name?: string;
  readonly metadata?: JsonObject;
};

export class RecordChangedError extends Error {
  override readonly name = "RecordChangedError";
  readonly current: FlowRecord;

  constructor(current: FlowRecord) {
    super("The record was changed elsewhere");
    this.current = current;
  }
}

/** Throws {@link RecordChangedError}. Records have no version token, so a short race remains. */
export async function updateUnchangedRecord(
  seen: FlowRecord,
  body: RecordUpdateRequestBody,
): Promise<FlowRecord> {
  const params = { id: seen.id };
  const current = await callEndpoint("getRecord", { params });
  if (current.updatedAt !== seen.updatedAt && isConflict(seen, current, body))
    throw new RecordChangedError(current);
  return callEndpoint("updateRecord", { params, body });
}

function isConflict(seen: FlowRecord, current: FlowRecord, body: RecordUpdateRequestBody): boolean {
  return (["type", "name", "metadata"] as const).some((key) => {
    const mine = body[key] as JsonValue | undefined;
    const theirs = current[key] as JsonValue;
    return mine !== undefined && !isEqualJson(seen[key], theirs) && !isEqualJson(mine, theirs);
  });
}
