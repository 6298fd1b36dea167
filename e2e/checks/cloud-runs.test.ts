import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { actAsPage, startRealApi } from "./start-cloud-app.ts";

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

/** Starts servers in cloud mode, with one store, before a stand-in of the API that holds a flow and a record. */
async function startCloudServers() {
  const realApi = await startRealApi();
  const step = { id: "a", type: "set-variable", name: "Set", config: { variableName: "a" } };
  const { id: flowId } = realApi.state.addFlow("Flow", [step]);
  realApi.state.addRecord("customer", "Ada");
  const env = { RUNTYPE_API_KEY: realApi.key, RUNTYPE_API_URL: realApi.url };
  return { realApi, flowId, startServer: async () => actAsPage(await startTestApp(store, { env })) };
}

const RUN = { recordType: "customer" };

test("a run that the API does not hold is shown with its results after a restart of the server", async () => {
  const { realApi, flowId, startServer } = await startCloudServers();
  const before = await startServer();
  const run = await before("POST", `/v1/flows/${flowId}/run-on-record-type`, RUN);
  const { batchId } = run.json;
  realApi.state.batches.clear();
  realApi.state.stepResults = [];
  const after = await startServer();
  const { data } = (await after("GET", `/local/batches?flowId=${flowId}`)).json;
  expect(data).toMatchObject([{ batchExecutionId: batchId, recordType: "customer", status: "completed" }]);
  const batch = await after("GET", `/v1/batch/status/${batchId}?flowId=${flowId}`);
  expect(batch.json).toMatchObject({ totalRecords: 1, processedRecords: 1 });
  const records = await after("GET", `/local/batches/${batchId}/records?flowId=${flowId}`);
  expect(records.json.data).toMatchObject([{ recordName: "Ada", status: "completed" }]);
});

test("a repeated request is answered as the first one with its key, after a restart of the server too", async () => {
  const { realApi, flowId, startServer } = await startCloudServers();
  const first = await startServer();
  const second = await startServer();
  const requests = [
    ["/v1/flows", { name: "Copy", flowSteps: [] }],
    ["/v1/records", { type: "customer", name: "Bob" }],
    [`/v1/flows/${flowId}/run-on-record-type`, RUN],
  ] as const;
  for (const [index, [path, body]] of requests.entries()) {
    const headers = { "idempotency-key": `key-${index}` };
    realApi.takeCounts();
    const [one, other] = await Promise.all([1, 2].map(() => first("POST", path, body, headers)));
    const again = await second("POST", path, body, headers);
    expect(one?.status).toBeLessThan(300);
    expect([other?.text, again.text]).toEqual([one?.text, one?.text]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const counts = Object.entries(realApi.takeCounts());
    expect(counts.filter(([kind]) => kind.startsWith("POST"))).toMatchObject([[expect.anything(), 1]]);
    expect((await second("POST", path, { ...body, other: 1 }, headers)).status).toBe(422);
  }
});
