import { expect, test } from "vitest";
import { findEndpoint } from "./find-endpoint.ts";

test("a table of endpoints is loaded once, and all of it is there for a page that closes", async () => {
  const found = findEndpoint("listRecordTypes");
  expect(found).toBeInstanceOf(Promise);
  expect(findEndpoint("listBatches")).toBeInstanceOf(Promise);
  expect(await found).toMatchObject({ path: "/local/record-types" });
  expect(findEndpoint("deleteRecords")).toMatchObject({ path: "/v1/records/bulk-delete" });
});

test.each([
  ["listFlows", "/v1/flows"],
  ["getServerStatus", "/local/server"],
  ["checkModelServer", "/local/model-server"],
  ["listSecrets", "/local/secrets"],
  ["listBatches", "/local/batches"],
  ["getBatch", "/v1/batch/status/:id"],
  ["listBatchRecords", "/local/batches/:id/records"],
  ["listStepResults", "/v1/flows/:id/step-results"],
  ["listRecords", "/v1/records"],
  ["listAlerts", "/local/alerts"],
] as const)("%s is found, among what pages read first or elsewhere", async (name, path) => {
  expect(await findEndpoint(name)).toMatchObject({ path });
});
