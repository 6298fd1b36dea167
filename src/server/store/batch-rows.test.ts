import { Client } from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { EmbeddedFlowChanges } from "./flow-changes.ts";

const UNKNOWN = Array.from({ length: 2500 }, (_, index) => `record_none_${index}`);

describeSuiteForEitherStore("a batch of many listed records", (store) => {
  let app: TestApp;
  let flowId: string;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
    flowId = (await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]))).id;
  });
  afterEach(() => app.close());

  /** Starts a batch. Returns how many records each statement was given that looks for records or adds them. */
  const start = async (recordIds: readonly string[]) => {
    const spies = [
      vi.spyOn(EmbeddedFlowChanges.prototype, "logQuery"),
      vi.spyOn(Client.prototype, "query"),
    ] as const;
    const answer = await app.call("POST", "/v1/batch/flow", { body: { flowId, recordIds } });
    const lists = spies
      .flatMap((spy) => spy.mock.calls.flatMap(listTexts))
      .filter((text) => /^\[.*record_/.test(text));
    for (const spy of spies) spy.mockRestore();
    return { answer, sizes: lists.map((text) => (JSON.parse(text) as unknown[]).length) };
  };

  it("looks for 1,000 of its records in a statement, and adds none if none is known", async () => {
    const { answer, sizes } = await start([...UNKNOWN, ...UNKNOWN.slice(0, 10)]);
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "NO_RECORDS"]);
    expect(sizes).toEqual([1000, 1000, 510]);
  });

  it("adds 1,000 of its records in a statement, in their order, each once", async () => {
    const [known = ""] = await insertTestRecords(store(), "customer", 1);
    const ids = [known, ...UNKNOWN];
    const { answer, sizes } = await start([...ids, known, ...UNKNOWN.slice(0, 10)]);
    expect(answer.status).toBe(200);
    expect(sizes).toEqual([1000, 1000, 1000, 501]);
    const id = answer.json.batchExecutionId;
    expect((await app.call("GET", `/v1/batch/status/${id}`)).json.totalRecords).toBe(2501);
    const { data } = (await app.call("GET", `/local/batches/${id}/records?limit=100`)).json;
    expect(data.map((row: { recordId: string }) => row.recordId)).toEqual(ids.slice(0, 100));
  });
});

function listTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(listTexts);
  return typeof value === "object" && value !== null && "values" in value ? listTexts(value.values) : [];
}
