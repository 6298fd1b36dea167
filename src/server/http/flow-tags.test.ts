import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { buildFlowPageSelectQuery } from "#server/store/flow-page.ts";
import { startTestApp, type TestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("tags of flows", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
  });
  const tag = (id: string, body: object, headers: Record<string, string> = {}) =>
    app.call("PUT", `/local/flows/${id}/tags`, { body, headers });
  const list = async (query: string) => (await app.call("GET", `/v1/flows?${query}`)).json;
  const namesIn = async (query: string): Promise<string[]> =>
    (await list(query)).data.map(({ name }: { name: string }) => name);
  const tagged = async (name: string, ...tags: string[]) => app.create({ name, tags });
  const counts = async (query = "") => (await app.call("GET", `/local/flow-tags${query}`)).json.tags;

  it("change without a new revision, date or draft, and are shown by the flow and by its row", async () => {
    const flow = await app.create(buildFlow("Digest", [buildStep("a")]));
    expect(flow.tags).toEqual([]);
    await app.call("POST", `/v1/flows/${flow.id}/publish`);
    const before = (await app.call("GET", `/v1/flows/${flow.id}`)).json;
    const answer = await tag(flow.id, { add: [" Sales ", "beta"] });
    expect([answer.status, answer.json]).toEqual([200, { tags: ["beta", "Sales"] }]);
    const after = (await app.call("GET", `/v1/flows/${flow.id}`)).json;
    expect(after).toEqual({ ...before, tags: ["beta", "Sales"] });
    expect((await list("")).data[0].tags).toEqual(["beta", "Sales"]);
    const { versions } = (await app.call("GET", `/v1/flow-versions/${flow.id}`)).json;
    expect(versions).toHaveLength(1);
    expect((await tag(flow.id, { remove: [] })).json).toEqual({ tags: ["beta", "Sales"] });
  });

  it("are merged when several clients change them at once, even with a stale version token", async () => {
    const flow = await tagged("Digest", "old", "kept");
    const changes = [{ add: ["a"] }, { add: ["b"], remove: ["OLD"] }, { add: ["A", "c"] }];
    const answers = await Promise.all(changes.map((change) => tag(flow.id, change, { "if-match": '"9-x"' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { tags } = (await app.call("GET", `/v1/flows/${flow.id}`)).json;
    expect(tags.map((name: string) => name.toLowerCase())).toEqual(["a", "b", "c", "kept"]);
  });

  it("survive a save of the definition and end with their flow", async () => {
    const flow = await tagged("Digest", "sales");
    const saved = await app.call("PUT", `/v1/flows/${flow.id}`, { body: { name: "Report", tags: ["x"] } });
    expect(saved.json).toMatchObject({ name: "Report", tags: ["sales"] });
    expect(await counts()).toEqual([{ name: "sales", flows: 1 }]);
    await app.call("DELETE", `/v1/flows/${flow.id}`);
    expect(await counts()).toEqual([]);
    expect((await store().database.execute(sql`SELECT * FROM flow_tags`)).rows).toEqual([]);
  });

  it.each([
    ["neither additions nor removals", { tags: ["sales"] }, undefined, "MISSING_REQUIRED_FIELD"],
    ["a long tag", { add: ["ok", "x".repeat(41)] }, "add.1", "TOO_LONG"],
    ["a blank tag", { add: ["  "] }, "add.0", "TOO_SHORT"],
    ["a control character", { add: ["a\u0007b"] }, "add.0", "INVALID_TEXT"],
    ["a right-to-left override", { add: ["\u202Eabc"] }, "add.0", "INVALID_TEXT"],
    ["101 tags", { add: Array.from({ length: 101 }, (_, index) => `t${index}`) }, "add", "TOO_MANY_ITEMS"],
    ["21 tags", { add: Array.from({ length: 21 }, (_, index) => `t${index}`) }, "add", "TOO_MANY_TAGS"],
  ])("are refused with the path of the error: %s", async (_, body, path, code) => {
    const flow = await tagged("Digest", "kept");
    const { status, json } = await tag(flow.id, body);
    expect([status, json.details[0].path, json.details[0].code]).toEqual([400, path, code]);
    expect(await counts()).toEqual([{ name: "kept", flows: 1 }]);
  });

  it("prevent the creation of a flow if one of them is invalid", async () => {
    const { status, json } = await app.call("POST", "/v1/flows", { body: { name: "x", tags: ["ok", ""] } });
    expect([status, json.details[0].path]).toEqual([400, "tags.1"]);
    expect((await list("")).data).toEqual([]);
  });

  it("cannot be added to a flow that does not exist", async () => {
    for (const id of ["flow_none", "flow%20none", "%00"])
      expect((await tag(id, { add: ["x"] })).status).toBe(404);
  });

  it("have the spelling that other flows use, and are counted", async () => {
    await tagged("1", "Sales", "beta");
    await tagged("2", "sales");
    const third = await tagged("3", "SALES", "Ärger");
    expect(third.tags).toEqual(["Sales", "Ärger"]);
    expect(await counts()).toEqual([
      { name: "Sales", flows: 3 },
      { name: "beta", flows: 1 },
      { name: "Ärger", flows: 1 },
    ]);
    expect(await counts("?search=SAL")).toEqual([{ name: "Sales", flows: 3 }]);
    expect(await counts("?search=a%CC%88r")).toEqual([{ name: "Ärger", flows: 1 }]);
    await tag(third.id, { remove: ["sales", "ärger"] });
    expect(await counts()).toEqual([
      { name: "Sales", flows: 2 },
      { name: "beta", flows: 1 },
    ]);
  });

  it("filter the list by all given tags, with search, status, total and pages", async () => {
    await tagged("one", "a");
    await tagged("two", "A", "b, c");
    await tagged("three", "a", "b, c");
    await tagged("four", "b, c");
    expect(await namesIn("tag=a&sort=name")).toEqual(["one", "three", "two"]);
    expect(await namesIn("tag=A&tag=b,%20c&sort=name")).toEqual(["three", "two"]);
    expect(await namesIn("tag=a&search=t&sort=name")).toEqual(["three", "two"]);
    expect(await namesIn("tag=a&status=published")).toEqual([]);
    expect(await namesIn("tag=none")).toEqual([]);
    for (const [query, total] of [
      ["tag=a", 3],
      ["tag=none", 0],
      ["tag=a&tag=b,%20c", 2],
      ["tag=a&status=draft", 3],
      ["tag=a&search=wo", 1],
    ] as const) {
      const { data, pagination } = await list(`${query}&includeCount=true&limit=1`);
      expect([data.length, pagination.totalCount], query).toEqual([Math.min(1, total), total]);
    }
    for (const sort of ["updatedAt", "name", "createdAt", "lastRunAt"]) {
      const query = `tag=a&sort=${sort}&limit=1`;
      const pages = [await list(query)];
      while (pages.at(-1).pagination.hasMore)
        pages.push(await list(`${query}&cursor=${pages.at(-1).pagination.nextCursor}`));
      expect(pages.flatMap(({ data }) => data)).toEqual((await list(`tag=a&sort=${sort}`)).data);
      expect(pages).toHaveLength(3);
    }
  });

  it("filter in the order of the list if many flows have them, so that the query ends with the page", async () => {
    await tagged("Flow", "common", "rare");
    await store().database.execute(sql`
      INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count, line,
        revision, definition_hash, created_at, updated_at, tags)
      SELECT organization_id, 'copy_' || n, user_id, 'Copy', 'copy', steps, step_count, disabled_step_count, line,
        revision, definition_hash, created_at, updated_at + n * interval '1 s', '{common}'
      FROM flows, generate_series(1, 6000) AS n`);
    await store().database.execute(sql`
      INSERT INTO flow_tags (organization_id, tag_key, flow_id, name)
      SELECT organization_id, 'common', id, 'common' FROM flows WHERE id LIKE 'copy%' AND id <> 'copy_7'`);
    await store().database.execute(sql`VACUUM ANALYZE`);
    const { data, pagination } = await list("tag=common&includeCount=true");
    expect([data.length, pagination.totalCount]).toEqual([50, 6000]);
    expect((await list("tag=common&status=draft&includeCount=true")).pagination.totalAbove).toBe(1000);
    const oldest = await list("tag=common&order=asc&sort=updatedAt&limit=8");
    expect(oldest.data.map(({ id }: { id: string }) => id)).not.toContain("copy_7");
    expect(await namesIn("tag=common&tag=rare")).toEqual(["Flow"]);
    const page = { sort: "updatedAt", order: "desc", direction: "next", from: undefined, limit: 50 } as const;
    const query = buildFlowPageSelectQuery(store().database, "org_local", { ...page, tags: ["common"] });
    const { rows } = await store().database.execute(sql`EXPLAIN ${query.getSQL()}`);
    const plan = rows.map((row) => String(row["QUERY PLAN"])).join("\n");
    expect(plan).toContain("Index Only Scan Backward using flows_by_updated on");
  });

  it("filter the list together with ids", async () => {
    const one = await tagged("one", "a");
    const two = await tagged("two", "b");
    await tagged("three", "a");
    expect(await namesIn(`ids=${one.id},${two.id}&sort=name`)).toEqual(["one", "two"]);
    expect(await namesIn(`ids=${one.id},${two.id}&tag=a`)).toEqual(["one"]);
    expect((await list(`ids=${one.id},${two.id}&includeCount=true&limit=1`)).pagination.totalCount).toBe(2);
    expect(await namesIn("ids=")).toEqual([]);
    expect(await namesIn("ids=flow_none")).toEqual([]);
  });

  it.each([
    ["a long tag", `tag=${"x".repeat(41)}`, "tag.0"],
    ["an empty tag", "tag=", "tag.0"],
    ["a NUL", "tag=ok&tag=%00", "tag"],
    ["21 tags", Array.from({ length: 21 }, (_, index) => `tag=t${index}`).join("&"), "tag"],
    ["an id with a space", "ids=a%20b", "ids"],
    ["an empty id", "ids=a,,b", "ids"],
    ["201 ids", `ids=${Array.from({ length: 201 }, (_, index) => `f${index}`).join(",")}`, "ids"],
  ])("do not filter the list by an invalid query: %s", async (_, query, path) => {
    const { status, json } = await app.call("GET", `/v1/flows?${query}`);
    expect([status, json.details[0].path]).toEqual([400, path]);
  });

  it("are published in an event with the tab that changed them, and only if they differ", async () => {
    const { id } = await tagged("Digest", "a");
    const events = await app.listen();
    await events.next();
    await tag(id, { add: ["A"] });
    await tag(id, { add: ["b"] }, { "x-flowline-tab": "tab_1" });
    let received = await events.next();
    while (received?.event === "flow.changed") received = await events.next();
    expect(received).toMatchObject({
      event: "flow.tagged",
      data: { id, tags: ["a", "b"], by: { tabId: "tab_1", key: null } },
    });
    await events.close();
  });

  it("of another organization are neither shown, counted, filtered nor changed", async () => {
    await tagged("mine", "shared");
    await store().database.execute(sql`
      INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count, line,
        revision, definition_hash, created_at, updated_at, tags)
      SELECT 'org_other', 'flow_other', user_id, 'theirs', 'theirs', steps, step_count, disabled_step_count, line,
        revision, definition_hash, created_at, updated_at, '{Shared,secret}' FROM flows`);
    await store().database.execute(sql`INSERT INTO flow_tags (organization_id, tag_key, flow_id, name)
      VALUES ('org_other', 'shared', 'flow_other', 'Shared'), ('org_other', 'secret', 'flow_other', 'secret')`);
    expect(await counts()).toEqual([{ name: "shared", flows: 1 }]);
    expect(await namesIn("tag=shared")).toEqual(["mine"]);
    expect(await namesIn("tag=secret")).toEqual([]);
    expect(await namesIn("ids=flow_other")).toEqual([]);
    expect((await list("tag=shared&includeCount=true&limit=1")).pagination.totalCount).toBe(1);
    expect((await tag("flow_other", { add: ["x"] })).status).toBe(404);
  });

  it("are absent from the API if the extensions are off", async () => {
    const plain = await startTestApp(store(), { config: { extras: false } });
    const flow = await plain.create({ name: "Digest", tags: ["a", ""] });
    expect(flow).not.toHaveProperty("tags");
    expect((await plain.call("GET", "/v1/flows?tag=none&ids=none")).json.data).toHaveLength(1);
  });
});
