import { expect, test } from "vitest";
import { stubStorage } from "#client/data/testing/memory-storage.ts";
import { keepSampleDataOfNewFlow, readSampleData } from "./sample-data.ts";

test("a flow has no sample data if the server sends an empty object", () => {
  const read = (sampleMetadata?: { topic?: string }) => readSampleData({ id: "a", sampleMetadata });
  expect(read({ topic: "Spring" })).toEqual({ topic: "Spring" });
  expect(read({})).toBeUndefined();
  expect(read()).toBeUndefined();
});

test("sample data of a new flow is kept in this browser if the server stores none", () => {
  stubStorage();
  const time = "2026-11-27T06:00:00.000Z";
  const rest = { name: "Digest", userId: "u", organizationId: null, createdAt: time, updatedAt: time };
  const flow = { id: "a", ...rest, flowSteps: [] };
  const sample = { topic: "Spring" };
  keepSampleDataOfNewFlow({ ...flow, sampleMetadata: sample }, sample);
  expect(readSampleData(flow)).toBeUndefined();
  keepSampleDataOfNewFlow(flow, {});
  expect(readSampleData(flow)).toBeUndefined();
  keepSampleDataOfNewFlow(flow, sample);
  expect(readSampleData(flow)).toEqual(sample);
});
