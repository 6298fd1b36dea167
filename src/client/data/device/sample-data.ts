import { type Flow, getStoredSampleData } from "#contract/flow.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
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
    const reading = stored === null ? undefined : parseJsonText(stored);
    if (reading?.type === "value" && isJsonObject(reading.value)) return reading.value;
  } catch {
    // Storage is blocked.
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
