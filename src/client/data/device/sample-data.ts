import { type Flow, getStoredSampleData } from "#contract/flow.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

const keyOf = (flowId: string) => pageUserIdentityTracker.storageKey(`flowline-sample-${flowId}`);

/** Returns the sample data stored in this browser, for servers that store none; else the flow's own, if any. */
export function readSampleData({
  id,
  sampleMetadata,
}: Pick<Flow, "id" | "sampleMetadata">): JsonObject | undefined {
  try {
    const key = keyOf(id);
    const stored = key === undefined ? null : localStorage.getItem(key);
    const sample = stored === null ? null : (JSON.parse(stored) as JsonValue);
    if (isJsonObject(sample)) return sample;
  } catch {
    // Storage is blocked, or the text is no JSON.
  }
  return getStoredSampleData({ sampleMetadata });
}

/** Stores sample data in this browser, for servers that store none. Throws if the browser refuses. */
export function storeSampleDataInBrowser(flowId: string, sample: JsonObject | undefined): void {
  const key = keyOf(flowId);
  if (key === undefined) return;
  if (sample) localStorage.setItem(key, JSON.stringify(sample));
  else localStorage.removeItem(key);
}

/** Keeps the sample data of a new flow in this browser if the server stored none. Ignores a failure: the flow works without. */
export function keepSampleDataOfNewFlow(
  created: Pick<Flow, "id" | "sampleMetadata">,
  sample: JsonObject | undefined,
): void {
  if (created.sampleMetadata !== undefined) return;
  try {
    storeSampleDataInBrowser(created.id, getStoredSampleData({ sampleMetadata: sample }));
  } catch {
    // Storage is full or blocked.
  }
}
