import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { endpoints } from "#contract/endpoints.ts";
import { MAX_STORED_STEP_OUTPUT_BYTES } from "#contract/run.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import {
  insertTestRecords,
  createFailingStep,
  createStepThatOutputsJson,
  createSetVariableStep,
} from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("step results", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
  });
  afterEach(() => app.close());

  const run = async (steps: Parameters<typeof buildFlow>[1], count = 2) => {
    const ids = await insertTestRecords(store(), "customer", count);
    const { id } = await app.create(buildFlow("Digest", steps));
    const path = `/v1/flows/${id}/run-on-record-type`;
    const answer = await app.call("POST", path, { body: { recordType: "customer" } });
    return { flowId: String(id), batchId: String(answer.json.batchId), ids };
  };
  const get = async (path: string) => (await app.call("GET", path)).json;

  it("are listed by flow with every filter, order and page", async () => {
    const { flowId, batchId, ids } = await run(
      [createSetVariableStep("a", 1), createFailingStep("b"), createSetVariableStep("c", 3)],
      3,
    );
    const list = (query: string) => get(`/v1/flows/${flowId}/step-results?${query}`);
    const all = await list("");
    expect(endpoints.listStepResults.answers[200].safeParse(all).success).toBe(true);
    expect(all.pagination).toEqual({ limit: 50, offset: 0, returned: 9, hasMore: false, nextCursor: null });
    const count = async (query: string) => (await list(query)).data.length;
    expect(await count("status=failed")).toBe(3);
    expect(await count("stepId=a")).toBe(3);
    expect(await count(`recordId=${ids[1]}`)).toBe(3);
    expect(await count(`batchId=${batchId}&recordId=${ids[1]}&status=skipped`)).toBe(1);
    expect(await count("batchId=batch_none")).toBe(0);
    expect(await count(`executionId=${all.data[0].executionSessionId}`)).toBe(3);
    expect(await count("from=2100-01-01T00:00:00Z")).toBe(0);
    expect(await count("to=2100-01-01T00:00:00Z&from=2000-01-01")).toBe(9);
    const ordered = await list("sortBy=order&sortOrder=asc");
    expect(ordered.data.map(({ order }: { order: number }) => order)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    const named = await list("sortBy=stepName&sortOrder=desc&limit=4&offset=1");
    expect(named.data.map(({ stepName }: { stepName: string }) => stepName)).toEqual([
      "Set c",
      "Set c",
      "Set a",
      "Set a",
    ]);
    expect(named.pagination).toEqual({ limit: 4, offset: 1, returned: 4, hasMore: true });
    for (const order of ["asc", "desc"]) {
      const whole = (await list(`sortOrder=${order}`)).data;
      const paged: unknown[] = [];
      for (let cursor = ""; ;) {
        const { data, pagination } = await list(`sortOrder=${order}&limit=2&cursor=${cursor}`);
        paged.push(...data);
        if (pagination.nextCursor === null) break;
        cursor = pagination.nextCursor;
      }
      expect(paged).toEqual(whole);
    }
    const { nextCursor } = (await list("limit=1")).pagination;
    expect((await list(`cursor=${nextCursor}&sortBy=order`)).details[0].code).toBe("INVALID_CURSOR");
    expect((await list("cursor=abc")).details[0].code).toBe("INVALID_CURSOR");
    expect((await list("limit=1000")).pagination.limit).toBe(100);
    for (const sortBy of ["createdAt", "startedAt", "durationMs", "status"])
      expect(await count(`sortBy=${sortBy}&sortOrder=asc`), sortBy).toBe(9);
  });

  it("are listed by record, of every flow", async () => {
    const { flowId, ids } = await run([createSetVariableStep("a", 1)]);
    const page = await get(`/v1/records/${ids[0]}/step-results`);
    expect(page.data).toMatchObject([{ flowId, recordId: ids[0], recordName: "customer 0" }]);
    expect((await get(`/v1/records/${ids[0]}/step-results?flowId=flow_other`)).data).toEqual([]);
    expect((await app.call("GET", "/v1/records/record_none/step-results")).status).toBe(404);
  });

  it("are not listed with an invalid query", async () => {
    const { flowId } = await run([createSetVariableStep("a", 1)]);
    for (const query of [
      "status=odd",
      "sortBy=odd",
      "sortOrder=up",
      "limit=x",
      "offset=100001",
      "from=tomorrow",
      "to=%2B275760-09-13T00:00:00Z",
      "from=-000001-01-01T00:00:00Z",
      "stepId=%00",
    ])
      expect((await app.call("GET", `/v1/flows/${flowId}/step-results?${query}`)).status, query).toBe(400);
    expect((await app.call("GET", "/v1/flows/flow_none/step-results")).status).toBe(404);
    expect((await app.call("GET", "/local/step-results/%00/output")).status).toBe(404);
  });

  it("keep an output up to a megabyte, and the start of a longer one", async () => {
    const long = "x".repeat(MAX_STORED_STEP_OUTPUT_BYTES);
    const { flowId } = await run(
      [
        createStepThatOutputsJson("a", String.raw`{"text":"ä\u0000\ud800","k\u0000":1,"__proto__":{}}`),
        createSetVariableStep("b", long),
        createSetVariableStep("c", "y".repeat(600)),
      ],
      1,
    );
    const { data } = await get(`/v1/flows/${flowId}/step-results?sortBy=order&sortOrder=asc`);
    const [first, second, third] = await Promise.all(
      data.map(({ id }: { id: string }) => get(`/local/step-results/${id}/output`)),
    );
    expect(first).toMatchObject({ output: { text: "ä\0\ud800" }, truncated: false });
    expect(second.truncated).toBe(true);
    expect(second.output.startsWith('"xxxx')).toBe(true);
    expect(third.output).toHaveLength(600);
    expect(data[2].outputPreview).toHaveLength(500);
    expect(data[0].outputPreview).not.toContain("\0");
  });

  it("report how each step last ended, and the shape of its output", async () => {
    const value = { id: 1, tags: ["a"], owner: { name: "Ada", address: { city: { code: 7 } } }, none: null };
    const { flowId, batchId } = await run([
      createSetVariableStep("a", value),
      createFailingStep("b"),
      createSetVariableStep("c", 3),
    ]);
    const last = await get(`/local/flows/${flowId}/last-step-runs`);
    expect(endpoints.listLastStepRuns.answers[200].safeParse(last).success).toBe(true);
    expect(last.data).toMatchObject([
      { stepId: "a", status: "completed", batchId, outputVariable: "a" },
      { stepId: "b", status: "failed" },
      { stepId: "c", status: "skipped" },
    ]);
    expect(last.data[0].shape).toEqual({
      type: "object",
      properties: {
        id: { type: "number" },
        tags: { type: "array", items: { type: "string" } },
        owner: {
          type: "object",
          properties: {
            name: { type: "string" },
            address: { type: "object", properties: { city: { type: "object" } } },
          },
        },
        none: { type: "null" },
      },
    });
    expect(Object.hasOwn(last.data[1], "shape")).toBe(false);
    expect((await app.call("GET", "/local/flows/flow_none/last-step-runs")).status).toBe(404);
  });

  it("report for how many records of its last batch each step failed", async () => {
    const steps = ["a", "b", "c"].map((id) => createSetVariableStep(id, 1));
    const { flowId, batchId, ids } = await run(steps, 3);
    const fail = (id: string | undefined, stepId: string) =>
      store().database.execute(sql`UPDATE step_results SET status = 'failed'
        WHERE batch_id = ${batchId} AND record_id = ${id} AND step_id = ${stepId}`);
    await fail(ids[0], "a");
    await fail(ids[1], "a");
    await store().database.execute(sql`UPDATE batch_records SET status = 'failed'
      WHERE batch_id = ${batchId} AND record_id IN (${ids[0]}, ${ids[1]})`);
    // Fails in a record that completed, as with the error handling “Continue”.
    await fail(ids[2], "b");
    // Failed in an earlier attempt at a record, and succeeded in its retry.
    await store().database.execute(sql`
      INSERT INTO step_results (organization_id, id, user_id, flow_id, batch_id, execution_id, record_id, step_id,
        step_name, step_type, position, status, created_at)
      SELECT organization_id, 'stepres_earlier', user_id, flow_id, batch_id, 'exec_earlier', record_id, step_id,
        step_name, step_type, position, 'failed', created_at - interval '1 second'
      FROM step_results WHERE batch_id = ${batchId} AND record_id = ${ids[0]} AND step_id = 'c'`);
    const { data } = await get(`/local/flows/${flowId}/last-step-runs`);
    expect(data).toMatchObject([
      { stepId: "a", failedRecords: 2, batchRecords: 3 },
      { stepId: "b", failedRecords: 1, batchRecords: 3 },
      { stepId: "c", failedRecords: 0, batchRecords: 3 },
    ]);
  });

  it("report that a step ran in its last batch if it ran for any record", async () => {
    const { flowId, batchId } = await run([createSetVariableStep("a", 1)], 3);
    const skip = (count: number) =>
      store().database.execute(sql`UPDATE step_results SET status = 'skipped' WHERE id IN (
        SELECT id FROM step_results WHERE batch_id = ${batchId} ORDER BY created_at DESC, id DESC LIMIT ${count})`);
    const readStatus = async () => (await get(`/local/flows/${flowId}/last-step-runs`)).data[0].status;
    await skip(2);
    expect(await readStatus()).toBe("completed");
    await skip(3);
    expect(await readStatus()).toBe("skipped");
  });

  it("are deleted with their flow", async () => {
    const { flowId, ids } = await run([createSetVariableStep("a", 1)]);
    await app.call("DELETE", `/v1/flows/${flowId}`);
    expect((await get(`/v1/records/${ids[0]}/step-results`)).data).toEqual([]);
  });
});
