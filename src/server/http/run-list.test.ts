import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { endpoints } from "#contract/endpoints.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createFailingStep, createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("the list of runs", (store) => {
  let app: TestApp;
  let flowId: string;
  let recordIds: readonly string[];
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
    recordIds = await insertTestRecords(store(), "customer", 2);
    flowId = (await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]))).id;
  });
  afterEach(() => app.close());

  const get = async (path: string) => (await app.call("GET", path)).json;
  const listRuns = async (query = "") => {
    const page = await get(`/local/batches?${query}`);
    expect(endpoints.listBatches.answers[200].safeParse(page).success).toBe(true);
    return page.data;
  };
  const dispatch = async (body: object) => (await app.call("POST", "/v1/dispatch", { body })).json;

  it("has the run of a saved flow by a dispatch, with its record, steps and outcome", async () => {
    const [recordId] = recordIds;
    const { executionId } = await dispatch({ flow: { id: flowId }, record: { id: recordId } });
    expect(await listRuns(`flowId=${flowId}`)).toMatchObject([
      {
        batchExecutionId: executionId,
        flowId,
        flowName: "Digest",
        isSingle: true,
        startCause: "api",
        status: "completed",
        totalRecords: 1,
        processedRecords: 1,
        failedRecords: 0,
        recordType: "customer",
        recordName: "customer 0",
        firstError: null,
        versionNumber: 1,
        isDraft: true,
      },
    ]);
    const { data } = await get(`/local/batches/${executionId}/records`);
    expect(data).toMatchObject([{ recordId, recordName: "customer 0", status: "completed", executionId }]);
    expect((await get(`/v1/batch/${executionId}/records/${recordId}/steps`)).data).toMatchObject([
      { stepId: "a", status: "completed", batchExecutionId: null },
    ]);
  });

  it("has runs without a record, but none that stores no results or whose flow is not saved", async () => {
    const { executionId } = await dispatch({ flow: { id: flowId }, inputs: { topic: "x" } });
    await dispatch({ flow: { id: flowId }, options: { storeResults: false } });
    await dispatch({ flow: { name: "Unsaved", steps: [createSetVariableStep("a", 1)] } });
    const runs = await listRuns();
    expect(runs).toMatchObject([
      { batchExecutionId: executionId, recordType: null, inputsSummary: "topic: x" },
    ]);
    const { data } = await get(`/local/batches/${executionId}/records`);
    expect(data).toMatchObject([{ recordName: null, isInline: true, status: "completed" }]);
  });

  it("names the first error, and can be narrowed to failed runs, causes and times", async () => {
    const failing = await app.create(buildFlow("Broken", [createFailingStep("b")]));
    const single = await dispatch({ flow: { id: failing.id } });
    const batch = (
      await app.call("POST", `/v1/flows/${failing.id}/run-on-record-type`, {
        body: { recordType: "customer" },
      })
    ).json;
    const retried = (await app.call("POST", `/local/batches/${batch.batchId}/retry`)).json;
    const good = await dispatch({ flow: { id: flowId } });
    const idsOf = async (query: string) =>
      (await listRuns(query)).map(({ batchExecutionId }: { batchExecutionId: string }) => batchExecutionId);

    for (;;) {
      const [newest] = await listRuns("startCause=retry");
      if (newest.status === "failed") break;
    }
    expect(await idsOf("outcome=failed")).toEqual([
      retried.batchExecutionId,
      batch.batchId,
      single.executionId,
    ]);
    expect(await idsOf("outcome=completed")).toEqual([good.executionId]);
    expect(await idsOf(`outcome=failed&flowId=${flowId}`)).toEqual([]);
    expect(await listRuns("startCause=retry")).toMatchObject([
      { retryOf: batch.batchId, firstError: expect.stringMatching(/^“Crawl b”: /), failedRecords: 2 },
    ]);
    expect(await idsOf("from=2999-01-01")).toEqual([]);
    expect(await idsOf("to=2000-01-01")).toEqual([]);
    expect((await app.call("GET", "/local/batches?from=yesterday")).status).toBe(400);
    expect((await app.call("GET", "/local/batches?outcome=odd")).status).toBe(400);
  });

  it("can be narrowed to flows with a tag, a page at a time", async () => {
    const tagged = await app.create({
      ...buildFlow("Other", [createSetVariableStep("a", 1)]),
      tags: ["Sales"],
    });
    const ids = [];
    for (const id of [tagged.id, flowId, tagged.id, tagged.id])
      ids.push((await dispatch({ flow: { id } })).executionId);
    const page = await get("/local/batches?tag=sales&limit=2");
    const idsOf = (data: readonly { batchExecutionId: string }[]) => data.map((run) => run.batchExecutionId);
    expect(idsOf(page.data)).toEqual([ids[3], ids[2]]);
    const next = await get(`/local/batches?tag=sales&limit=2&cursor=${page.pagination.nextCursor}`);
    expect(idsOf(next.data)).toEqual([ids[0]]);
    expect(await listRuns(`tag=sales&flowId=${flowId}`)).toEqual([]);
    expect(await listRuns("tag=none")).toEqual([]);
    expect(await listRuns("tag=sales&outcome=failed")).toEqual([]);
  });

  it("has no batch of an unsaved flow, which has no page", async () => {
    const body = {
      flowDefinition: { name: "Unsaved", steps: [createSetVariableStep("a", 1)] },
      recordIds: [...recordIds],
    };
    const { batchExecutionId } = (await app.call("POST", "/v1/batch/flow", { body })).json;
    expect(batchExecutionId).toMatch(/^batch_/);
    expect(await listRuns()).toEqual([]);
  });

  it("says which runs have lost their flow, whose page could show them", async () => {
    const { id } = await app.create(buildFlow("Gone", [createSetVariableStep("a", 1)]));
    await dispatch({ flow: { id } });
    await dispatch({ flow: { id: flowId } });
    await app.call("DELETE", `/v1/flows/${id}`);
    const [kept, lost] = await listRuns();
    expect(lost).toMatchObject({ flowName: "Gone", isFlowDeleted: true });
    expect(kept).not.toHaveProperty("isFlowDeleted");
    expect(await get(`/v1/batch/status/${lost.batchExecutionId}`)).toMatchObject({ isFlowDeleted: true });
    const run = await get(`/v1/batch/status/${kept.batchExecutionId}`);
    expect(run).toMatchObject({ versionNumber: kept.versionNumber, isDraft: kept.isDraft });
    expect(run).not.toHaveProperty("isFlowDeleted");
  });

  it("leaves single runs out of the summary of batches", async () => {
    await dispatch({ flow: { id: flowId } });
    expect(await get("/v1/batch/summary")).toMatchObject({ recentlyCompleted: 0, recent: [] });
  });
});
