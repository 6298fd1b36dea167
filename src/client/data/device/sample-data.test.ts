import { expect, test } from "vitest";
import { readSampleData } from "./sample-data.ts";

test("a flow has no sample data if the server sends an empty object", () => {
  const read = (sampleMetadata?: { topic?: string }) => readSampleData({ id: "a", sampleMetadata });
  expect(read({ topic: "Spring" })).toEqual({ topic: "Spring" });
  expect(read({})).toBeUndefined();
  expect(read()).toBeUndefined();
});
