import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { type TestResponse, type TestApp, startTestApp } from "#server/testing/test-app.ts";

describeSuiteForEitherStore("a version", (store) => {
  let app: TestApp;
  let flow: TestResponse["json"];
  beforeEach(async () => {
    app = await startTestApp(store());
    flow = await app.create(buildFlow("Digest", [buildStep("a"), buildStep("b"), buildStep("c")]));
  });
  const put = (body: object) => app.call("PUT", `/v1/flows/${flow.id}`, { body });
  const publish = (body: object = {}) => app.call("POST", `/v1/flows/${flow.id}/publish`, { body });
  const listed = async () => (await app.call("GET", `/v1/flow-versions/${flow.id}`)).json.versions;
  const none = { added: 0, removed: 0, moved: 0, switched: 0, edited: 0 };

  it("counts its changes since the previous version, also for the draft", async () => {
    await publish();
    const [a, b, c] = flow.flowSteps;
    const inOrder = (...steps: object[]) => steps.map((step, order) => ({ ...step, order }));
    await put({ flowSteps: inOrder(c, a, { ...b, enabled: false }) });
    await publish();
    await put({ flowSteps: inOrder(c, { ...a, name: "Fetch" }, buildStep("d")) });
    expect((await listed()).map((version: TestResponse["json"]) => version.changes)).toEqual([
      { ...none, added: 1, removed: 1, edited: 1 },
      { ...none, moved: 1, switched: 1 },
      null,
    ]);
  });

  it("has no counts of changes if extensions are off", async () => {
    const bare = await startTestApp(store(), { config: { extras: false } });
    const { json } = await bare.call("GET", `/v1/flow-versions/${flow.id}`);
    expect(json.versions[0]).not.toHaveProperty("changes");
  });

  it("is immutable in the store once published, and is deleted with its flow", async () => {
    await publish();
    const { database } = store();
    const write = async (statement: ReturnType<typeof sql>) => {
      await database.execute(statement);
    };
    await expect(write(sql`UPDATE flow_versions SET notes = 'other'`)).rejects.toThrow();
    await expect(write(sql`DELETE FROM flow_versions`)).rejects.toThrow();
    expect(await listed()).toHaveLength(1);
    expect((await app.call("DELETE", `/v1/flows/${flow.id}`)).status).toBe(204);
    const left = await database.execute(sql`SELECT id FROM flow_versions WHERE flow_id = ${flow.id}`);
    expect(left.rows).toEqual([]);
  });

  it("is found in a list of a thousand versions by following its pages", async () => {
    await publish();
    await store().database.execute(sql`
      INSERT INTO flow_versions (organization_id, id, flow_id, version_number, version_type, step_count, config, created_at)
      SELECT organization_id, 'flowver_' || number, flow_id, number, 'published', 3, config, created_at
      FROM flow_versions, generate_series(2, 1000) AS number WHERE flow_id = ${flow.id}`);
    const numbers: number[] = [];
    let cursor = "";
    for (let pages = 0; pages < 10; pages += 1) {
      const { json } = await app.call("GET", `/v1/flow-versions/${flow.id}?limit=100&cursor=${cursor}`);
      numbers.push(...json.versions.map((version: TestResponse["json"]) => version.versionNumber));
      cursor = json.pagination.nextCursor;
    }
    expect(cursor).toBeNull();
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, index) => 1000 - index));
  });

  it("is ignored by the export for a runtime, which always contains the saved flow", async () => {
    await publish();
    await put({ name: "Digest of pages" });
    const { status, json } = await app.call("GET", `/v1/flows/${flow.id}/export-runtime`);
    expect(status).toBe(200);
    expect(json).toEqual({
      id: flow.id,
      name: "Digest of pages",
      description: null,
      steps: flow.flowSteps,
    });
    expect((await app.call("GET", "/v1/flows/flow_unknown/export-runtime")).status).toBe(404);
  });
});
