import { randomBytes } from "node:crypto";
import { createTypeId } from "#core/document/type-id.ts";
import type { RecordsChangedPayload } from "#contract/events.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { PublishChangeEvent } from "#server/store/change-listeners.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { Store } from "#server/store/store.ts";

export interface RecordServiceDependencies {
  readonly store: Store;
  readonly now: () => number;
  readonly extras: boolean;
}

export interface RecordWriteTransactionContext {
  readonly tx: DatabaseTransaction;
  readonly caller: Caller;
  readonly publish: PublishChangeEvent;
}

/** Creates an id that sorts by time. `place` orders records that are created within one millisecond. */
export function createRecordId(now: number, place = 0): string {
  const random = randomBytes(10);
  random.writeUInt32BE(place);
  return createTypeId("record", now, random);
}

/** PostgreSQL limits notifications. A longer event has no types: clients then assume any. */
const MAX_EVENT_BYTES = 4000;

export function publishRecordsChangedEvent(
  { extras }: Pick<RecordServiceDependencies, "extras">,
  publish: PublishChangeEvent,
  { organizationId }: Pick<Caller, "organizationId">,
  types: readonly string[],
): void {
  if (!extras || types.length === 0) return;
  const changed: RecordsChangedPayload = { types: [...new Set(types)].toSorted() };
  const data = JSON.stringify(changed);
  const isShort = Buffer.byteLength(data) <= MAX_EVENT_BYTES;
  publish({ organizationId, event: "records.changed", data: isShort ? data : `{"types":[]}` });
}
