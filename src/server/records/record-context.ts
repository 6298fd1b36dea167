import { randomBytes } from "node:crypto";
import { createId } from "#core/new-step.ts";
import type { RecordsChanged } from "#contract/events.ts";
import type { Caller } from "#server/caller.ts";
import type { Tell } from "#server/store/news.ts";
import type { Store } from "#server/store/store.ts";

/** What the record endpoints stand on. */
export interface RecordContext {
  readonly store: Store;
  /** Milliseconds. */
  readonly now: () => number;
  /** False: answer the documented API and nothing more. */
  readonly extras: boolean;
}

/** Ids sort by time, and by `place` among those that are made at once. */
export function mintRecordId(now: number, place = 0): string {
  const random = randomBytes(10);
  random.writeUInt32BE(place);
  return createId("record", now, random);
}

/** PostgreSQL carries short news only; past that, any type may have changed. */
const MAX_NEWS = 4000;

/** Tells those who listen which types a write changed records of. */
export function tellRecordsChanged(
  { extras }: Pick<RecordContext, "extras">,
  tell: Tell,
  { organizationId }: Pick<Caller, "organizationId">,
  types: readonly string[],
): void {
  if (!extras || types.length === 0) return;
  const changed: RecordsChanged = { types: [...new Set(types)].toSorted() };
  const data = JSON.stringify(changed);
  const isShort = Buffer.byteLength(data) <= MAX_NEWS;
  tell({ organizationId, event: "records.changed", data: isShort ? data : `{"types":[]}` });
}
