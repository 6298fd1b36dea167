import { type Flow, getStoredSampleData } from "#contract/flow.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { changeDeviceStore } from "./change-device-store.ts";
import { createDeviceStore } from "./device-store.ts";

const createSampleDataStore = (flowId: string) =>
  createDeviceStore(`flowline-sample-${flowId}`, (stored) => (isJsonObject(stored) ? stored : undefined));

/** Returns the sample data stored in this browser, for servers that store none; else the flow's own, if any. */
export function readSampleData({
  id,
  sampleMetadata,
}: Pick<Flow, "id" | "sampleMetadata">): JsonObject | undefined {
  return createSampleDataStore(id).getState() ?? getStoredSampleData({ sampleMetadata });
}

/** Stores sample data in this browser, for servers that store none. Returns false if the browser refuses. */
export const storeSampleDataInBrowser = (flowId: string, sample: JsonObject | undefined): boolean =>
  changeDeviceStore(createSampleDataStore(flowId), () => sample);

/** Keeps the sample data of a new flow in this browser if the server stored none. Ignores a failure: the flow works without. */
export function keepSampleDataOfNewFlow(
  created: Pick<Flow, "id" | "sampleMetadata">,
  sample: JsonObject | undefined,
): void {
  if (created.sampleMetadata === undefined)
    storeSampleDataInBrowser(created.id, getStoredSampleData({ sampleMetadata: sample }));
}
