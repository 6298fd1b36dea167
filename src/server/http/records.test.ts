import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type TestResponse, type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("records", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
  });
  const create = async (body: object): Promise<TestResponse["json"]> =>
    (await app.call("POST", "/v1/records", { body })).json;
  const list = async (query = ""): Promise<TestResponse["json"]> =>
    (await app.call("GET", `/v1/records${query}`)).json;
  const names = (page: TestResponse["json"]): string[] => page.data.map((row: { name: string }) => row.name);

  it("are created, read, changed and deleted as documented", async () => {
    const metadata = { z: 1, a: [{ b: null }], ["__proto__"]: { x: 1 } };
    const text = JSON.stringify({ type: "customer", name: "Acme", metadata });
    const made = await app.call("POST", "/v1/records", { text });
    expect(made.status).toBe(201);
    expect(endpoints.createRecord.answers[201].safeParse(made.json).success).toBe(true);
    expect(made.text).toContain(`"metadata":{"z":1,"a":[{"b":null}],"__proto__":{"x":1}}`);
    expect(made.json).toMatchObject({
      id: expect.stringMatching(/^record_[0-9a-z]{26}$/),
      messages: null,
      productSurfaceId: null,
      userId: "user_local",
      organizationId: "org_local",
    });
    const path = `/v1/records/${made.json.id}`;
    expect((await app.call("GET", path)).text).toBe(made.text);

    const changed = await app.call("PUT", path, {
      body: { metadata: { new: true }, messages: [{ role: "user" }] },
    });
    expect(changed.json).toMatchObject({
      name: "Acme",
      metadata: { new: true },
      messages: [{ role: "user" }],
    });
    expect(changed.json.metadata).toEqual({ new: true });
    expect(changed.json.updatedAt > made.json.updatedAt).toBe(true);
    expect((await app.call("GET", path)).text).toBe(changed.text);

    const gone = await app.call("DELETE", path);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    for (const method of ["GET", "DELETE"]) expect((await app.call(method, path)).status).toBe(404);
    expect((await app.call("PUT", path, { body: {} })).status).toBe(404);
  });

  it("keep their time of change when a write changes nothing", async () => {
    const made = await create({ type: "a", name: "x", metadata: { k: 1 } });
    for (const body of [{}, { name: "x", type: "a", metadata: { k: 1 }, messages: null }]) {
      expect((await app.call("PUT", `/v1/records/${made.id}`, { body })).json).toEqual(made);
    }
  });

  it("have unique names within a type, compared exactly", async () => {
    const acme = await create({ type: "a", name: "Acme" });
    const again = await app.call("POST", "/v1/records", { body: { type: "a", name: "Acme" } });
    expect([again.status, again.json.details[0].code]).toEqual([409, "DUPLICATE_RECORD"]);
    const other = await create({ type: "a", name: "acme" });
    await create({ type: "b", name: "Acme" });
    const conflict = await app.call("PUT", `/v1/records/${other.id}`, { body: { name: "Acme" } });
    expect(conflict.status).toBe(409);
    expect((await app.call("GET", `/v1/records/${other.id}`)).json).toEqual(other);
    expect((await app.call("PUT", `/v1/records/${acme.id}`, { body: { type: "b" } })).status).toBe(409);
    expect((await list("?includeCount=true")).pagination.totalCount).toBe(3);
  });

  it("are created once per Idempotency-Key", async () => {
    const body = { type: "a", name: "Once" };
    const headers = { "idempotency-key": "k1" };
    const first = await app.call("POST", "/v1/records", { body, headers });
    const second = await app.call("POST", "/v1/records", { body, headers });
    expect([second.status, second.text]).toEqual([201, first.text]);
    const third = await app.call("POST", "/v1/records", { body: { type: "a", name: "Twice" }, headers });
    expect(third.status).toBe(422);
    expect(names(await list())).toEqual(["Once"]);
  });

  it("are listed in order of their last change, and filtered by type, name and part of a name", async () => {
    const first = await create({ type: "a", name: "Ärger 100%" });
    await create({ type: "a", name: "b_c" });
    await create({ type: "b", name: "argument" });
    expect(names(await list())).toEqual(["argument", "b_c", "Ärger 100%"]);
    await app.call("PUT", `/v1/records/${first.id}`, { body: { metadata: { new: 1 } } });
    expect(names(await list())).toEqual(["Ärger 100%", "argument", "b_c"]);
    expect(names(await list("?type=a"))).toEqual(["Ärger 100%", "b_c"]);
    expect(names(await list("?search=ARG"))).toEqual(["Ärger 100%", "argument"]);
    expect(names(await list("?search=arger"))).toEqual(["Ärger 100%"]);
    expect(names(await list("?search=0%25"))).toEqual(["Ärger 100%"]);
    expect(names(await list("?search=_"))).toEqual(["b_c"]);
    expect(names(await list("?name=b_c"))).toEqual(["b_c"]);
    expect(names(await list("?name=b"))).toEqual([]);
    for (const [query, count] of [
      ["", 3],
      ["type=a&", 2],
      ["search=argu&", 1],
      ["type=none&", 0],
    ]) {
      expect((await list(`?${query}includeCount=true`)).pagination.totalCount).toBe(count);
    }
  });

  it("are neither listed nor exported with an unsupported filter", async () => {
    for (const path of ["/v1/records", "/v1/records/export"]) {
      const { status, json } = await app.call("GET", `${path}?type=customer&metadata_keys=mail`);
      expect([status, json.details[0].code]).toEqual([400, "UNSUPPORTED_FILTER"]);
    }
  });

  it("are paged to the end and back without gaps, also when many changed at once", async () => {
    for (let index = 0; index < 7; index += 1) await create({ type: "a", name: `r${index}` });
    await store().database.execute(
      sql`UPDATE records SET updated_at = '2026-01-02' WHERE name IN ('r1', 'r2', 'r5')`,
    );
    const whole = names(await list());
    const seen: string[] = [];
    let page = await list("?limit=2&includeCount=true");
    expect(page.pagination).toMatchObject({ currentPage: 1, totalPages: 4, totalCount: 7 });
    for (;;) {
      seen.push(...names(page));
      if (!page.pagination.hasMore) break;
      page = await list(`?limit=2&cursor=${page.pagination.nextCursor}`);
    }
    expect(seen).toEqual(whole);
    expect(page.pagination.currentOffset).toBe(6);
    const back = await list(`?limit=3&direction=prev&cursor=${page.pagination.prevCursor}`);
    expect(names(back)).toEqual(whole.slice(3, 6));
  });

  it("are listed in shorter pages when they are large", async () => {
    const long = "x".repeat(2_000_000);
    for (const name of ["1", "2", "3", "4", "5", "6"]) await create({ type: "a", name, metadata: { long } });
    const page = await list();
    expect(names(page)).toEqual(["6", "5", "4", "3"]);
    expect(names(await list(`?cursor=${page.pagination.nextCursor}`))).toEqual(["2", "1"]);
  });

  it("are deleted in bulk, with missing ids reported", async () => {
    const made = [];
    for (const name of ["1", "2", "3"]) made.push((await create({ type: "a", name })).id);
    const ids = [made[0], "record_none", "a b", made[2], made[0]];
    const answer = await app.call("POST", "/v1/records/bulk-delete", { body: { ids } });
    expect(answer.json).toEqual({
      success: true,
      deleted: 2,
      deletedIds: [made[0], made[2]],
      notFoundIds: ["record_none", "a b"],
    });
    expect(names(await list())).toEqual(["2"]);
  });

  it("are counted by type, without types that have no record", async () => {
    const { id } = await create({ type: "b", name: "1" });
    await create({ type: "a", name: "1" });
    await create({ type: "a", name: "2" });
    const types = async () => (await app.call("GET", "/local/record-types")).json.data;
    expect(await types()).toEqual([
      { type: "a", count: 2 },
      { type: "b", count: 1 },
    ]);
    await app.call("PUT", `/v1/records/${id}`, { body: { type: "a", name: "3" } });
    expect(await types()).toEqual([{ type: "a", count: 3 }]);
  });

  it("publish one change event per write", async () => {
    const events = await app.listen();
    await events.next();
    const { id } = await create({ type: "a", name: "1" });
    await app.call("PUT", `/v1/records/${id}`, { body: {} });
    await app.call("PUT", `/v1/records/${id}`, { body: { type: "b" } });
    await app.call("DELETE", `/v1/records/${id}`);
    expect((await events.take(3)).map((event) => [event?.event, event?.data])).toEqual([
      ["records.changed", { types: ["a"] }],
      ["records.changed", { types: ["a", "b"] }],
      ["records.changed", { types: ["b"] }],
    ]);
    await events.close();
  });

  it("of another organization are neither found nor counted", async () => {
    const mine = await create({ type: "a", name: "mine" });
    await store().database.execute(sql`
      INSERT INTO records (organization_id, id, user_id, type, name, name_key, metadata, created_at, updated_at)
      SELECT 'org_other', 'record_other', 'user_other', type, 'mine too', 'mine too', metadata, created_at, updated_at FROM records`);
    expect((await list("?includeCount=true")).data).toEqual([mine]);
    expect((await list("?includeCount=true&search=mine")).pagination.totalCount).toBe(1);
    expect((await app.call("GET", "/local/record-types")).json.data).toEqual([{ type: "a", count: 1 }]);
    expect((await app.call("GET", "/v1/records/schema?type=a")).json.totalRecords).toBe(1);
    expect((await app.call("GET", "/v1/records/field-values?type=a&field=name")).json.values).toHaveLength(1);
    expect(
      (await app.call("POST", "/v1/records/preview-filter", { body: { type: "a" } })).json.matchedCount,
    ).toBe(1);
    expect((await app.call("GET", "/v1/records/export")).text.split("\r\n")).toHaveLength(3);
    expect((await app.call("DELETE", "/v1/records/record_other")).status).toBe(404);
    expect((await app.call("PUT", "/v1/records/record_other", { body: { name: "x" } })).status).toBe(404);
    const ids = ["record_other"];
    expect((await app.call("POST", "/v1/records/bulk-delete", { body: { ids } })).json.deleted).toBe(0);
    const taken = await app.call("POST", "/v1/records", { body: { type: "a", name: "mine too" } });
    expect(taken.status).toBe(201);
  });

  it("have a paged list of prompt results, which can be deleted", async () => {
    const record = await create({ type: "a", name: "1" });
    const flow = await app.create(buildFlow("Summaries", [buildStep("s")]));
    for (const [id, type, output] of [
      ["1", "prompt", '{"z":1,"a":"first"}'],
      ["2", "fetch-url", '"page"'],
      ["3", "prompt", '"second"'],
      ["4", "prompt", null],
    ]) {
      await store().database.execute(sql`
        INSERT INTO step_results (organization_id, id, user_id, flow_id, execution_id, record_id, step_id, step_name, step_type,
          position, status, output, created_at)
        VALUES ('org_local', ${`recres_${id}`}, 'user_local', ${flow.id}, 'exec_1', ${record.id}, 's', 'Summarise', ${type},
          0, ${output === null ? "failed" : "completed"}, ${output}, ${`2026-01-0${id}`}::timestamptz)`);
    }
    const path = `/v1/records/${record.id}/results`;
    const page = await app.call("GET", `${path}?limit=2`);
    expect(endpoints.listRecordResults.answers[200].safeParse(page.json).success).toBe(true);
    expect(page.json.data.map((row: { id: string }) => row.id)).toEqual(["recres_4", "recres_3"]);
    expect(page.json.data[0]).not.toHaveProperty("result");
    expect(page.json.data[1]).toMatchObject({
      result: "second",
      flowName: "Summaries",
      promptName: "Summarise",
    });
    expect(page.json.pagination).toEqual({
      page: 1,
      limit: 2,
      hasMore: true,
      hasPrev: false,
      total: 3,
      totalPages: 2,
    });
    const second = await app.call("GET", `${path}?limit=2&page=2`);
    expect(second.text).toContain('"result":{"z":1,"a":"first"}');
    expect(second.json.pagination).toMatchObject({ hasMore: false, hasPrev: true });

    const remove = (resultId: string) => app.call("DELETE", path, { body: { resultId } });
    expect((await remove("recres_2")).status).toBe(404);
    expect((await remove("recres_3")).status).toBe(204);
    expect((await remove("recres_3")).status).toBe(404);
    expect((await app.call("GET", path)).json.pagination.total).toBe(2);
    expect((await app.call("GET", "/v1/records/record_none/results")).status).toBe(404);
  });
});
