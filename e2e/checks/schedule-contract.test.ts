import { expect, it, onTestFinished } from "vitest";
import { safeParse } from "zod/v4/core";
import { scheduleEndpoints } from "#contract/schedule-endpoints.ts";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { scheduleEndpoints as documentedEndpoints } from "#e2e/harness/real-api/schedule-endpoints.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import { startTestApp } from "#server/testing/test-app.ts";

type Endpoint = (typeof scheduleEndpoints)[keyof typeof scheduleEndpoints];

/** As published, without the target. */
const EXAMPLE = {
  executionOptions: { chunkSize: 200, progressFlushSize: 25, recordConcurrency: 25, timeoutMs: 900_000 },
  trigger: { cron: "*/5 * * * *", timezone: "America/Los_Angeles", type: "recurring" },
};
const ODD_OPTIONS = { recordConcurrency: 1000, timeoutMs: "soon", chunkSize: null, later: { a: [1] } };

function findDeviations({ method, path }: Endpoint, json: unknown, hasExtras: boolean): readonly string[] {
  const documented = documentedEndpoints.find((one) => one.method === method && one.path === path);
  const schema = documented?.answers[200];
  if (schema === undefined || typeof schema === "string") return [`${method} ${path} is not documented`];
  const { error } = safeParse(schema, json);
  return (error?.issues ?? [])
    .filter(({ code }) => !(hasExtras && code === "unrecognized_keys"))
    .map((issue) => `${method} ${path}: ${issue.path.join(".")} ${issue.message}`);
}

it.each(["0", "1"])("schedules answer as the API documents, with EXTRAS=%s", async (extras) => {
  const store = await openTestStore();
  const app = await startTestApp(store, { env: { EXTRAS: extras }, runner: createFakeFlowRunner() });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  const flowId = (await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]))).id;
  await app.call("POST", `/v1/flows/${flowId}/publish`);
  const recordIds = await insertTestRecords(store, "company", 2);

  const listDeviations = async (id: string, runId: string, batchId: string) => {
    const { createSchedule, deleteSchedule } = scheduleEndpoints;
    const others = Object.values(scheduleEndpoints).filter(
      (endpoint) => endpoint !== createSchedule && endpoint !== deleteSchedule,
    );
    const deviations = [];
    for (const endpoint of [...others, deleteSchedule]) {
      const ofBatch = endpoint.path.replace(":runId", runId).replace(":batchId", batchId);
      const path = ofBatch.replace(":id", id);
      const body = endpoint.method === "PUT" ? { executionOptions: ODD_OPTIONS } : undefined;
      const { status, json } = await app.call(endpoint.method, path, { body });
      if (status !== 200) deviations.push(`${endpoint.method} ${path}: ${status}`);
      else deviations.push(...findDeviations(endpoint, json, extras === "1"));
      if (endpoint.method === "PUT") {
        const changed = await app.call("GET", path);
        expect(changed.json.executionOptions).toEqual(ODD_OPTIONS);
      }
    }
    return deviations;
  };

  for (const target of [
    { flowId, recordType: "company" },
    { flowId, recordIds: [recordIds[0]] },
    { flowId, inputs: { topic: "x" } },
  ]) {
    const created = await app.call("POST", "/v1/schedules", { body: { ...EXAMPLE, target } });
    expect(created.status, created.text).toBe(200);
    expect(findDeviations(scheduleEndpoints.createSchedule, created.json, extras === "1")).toEqual([]);
    const path = `/v1/schedules/${created.json.id}`;
    expect((await app.call("GET", path)).json.executionOptions).toEqual(EXAMPLE.executionOptions);
    const started = (await app.call("POST", `${path}/run-now`)).json;
    expect(await listDeviations(created.json.id, started.runId, started.batchExecutionId)).toEqual([]);
  }
  const plain = { target: { flowId }, trigger: EXAMPLE.trigger };
  const { id } = (await app.call("POST", "/v1/schedules", { body: plain })).json;
  expect((await app.call("GET", `/v1/schedules/${id}`)).json.executionOptions).toEqual({});
});
