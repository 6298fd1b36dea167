import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { describeStores } from "#server/testing/test-stores.ts";
import { type Reply, type TestApp, startTestApp } from "#server/testing/test-app.ts";

describeStores("the list of flows", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
  });
  const list = async (query = ""): Promise<Reply["json"]> =>
    (await app.call("GET", `/v1/flows${query}`)).json;
  const names = (page: Reply["json"]): string[] => page.data.map((row: { name: string }) => row.name);
  const make = async (...flowNames: string[]) => {
    const made = [];
    for (const name of flowNames) made.push(await app.create({ name }));
    return made;
  };

  it("shows the newest first, with what a row draws", async () => {
    await app.create(buildFlow("Older", [buildStep("a"), buildStep("b", { enabled: false, type: "crawl" })]));
    await app.create({ name: "Newer" });
    const page = await list();
    expect(names(page)).toEqual(["Newer", "Older"]);
    expect(page.data[1]).toMatchObject({
      stepCount: 2,
      disabledStepCount: 1,
      status: "draft",
      hasUnpublishedChanges: true,
      publishedVersionNumber: null,
      lastRunAt: null,
      lastRunStatus: null,
      versionToken: expect.stringMatching(/^1-[0-9a-f]{16}$/),
      line: [
        { type: "prompt", enabled: true },
        { type: "crawl", enabled: false },
      ],
    });
    expect(page.data[1]).not.toHaveProperty("flowSteps");
    expect(page.pagination).toEqual({
      limit: 50,
      currentOffset: 0,
      hasMore: false,
      hasPrev: false,
      nextCursor: null,
      prevCursor: null,
    });
  });

  it("draws no more than 40 stations", async () => {
    await app.create(
      buildFlow(
        "Long",
        Array.from({ length: 50 }, (_, index) => buildStep(`s${index}`)),
      ),
    );
    expect((await list()).data[0].line).toHaveLength(40);
  });

  it.each(["updatedAt", "createdAt", "name", "lastRunAt"])(
    "is walked to its end and back by %s, in both orders, without a gap or a repeat",
    async (sort) => {
      await make("b", "Ä", "c", "a", "É", "z", "a");
      await store().database.execute(
        sql`UPDATE flows SET last_run_at = updated_at - interval '1 day' WHERE name IN ('c', 'a')`,
      );
      for (const order of ["asc", "desc"]) {
        const whole = await list(`?sort=${sort}&order=${order}`);
        const walk = (from: string, direction: string) =>
          list(`?sort=${sort}&order=${order}&limit=2&direction=${direction}&cursor=${from}`);
        const pages = [await list(`?sort=${sort}&order=${order}&limit=2`)];
        while (pages.at(-1).pagination.hasMore)
          pages.push(await walk(pages.at(-1).pagination.nextCursor, "next"));
        expect(pages.flatMap((page) => page.data)).toEqual(whole.data);
        expect(pages.map((page) => page.pagination.currentOffset)).toEqual([0, 2, 4, 6]);
        const back = [pages.at(-1)];
        while (back[0].pagination.hasPrev) back.unshift(await walk(back[0].pagination.prevCursor, "prev"));
        expect(back.flatMap((page) => page.data)).toEqual(whole.data);
        expect(back[0].pagination).toMatchObject({ currentOffset: 0, hasPrev: false, hasMore: true });
      }
    },
  );

  it("sorts names without marks and case, and puts flows that never ran last", async () => {
    await make("éclair", "Zebra", "eagle", "apple");
    expect(names(await list("?sort=name"))).toEqual(["apple", "eagle", "éclair", "Zebra"]);
    await store().database.execute(sql`UPDATE flows SET last_run_at = now() WHERE name = 'Zebra'`);
    for (const order of ["asc", "desc"]) {
      expect(names(await list(`?sort=lastRunAt&order=${order}`))[0]).toBe("Zebra");
    }
  });

  it("is not shifted by what is written meanwhile", async () => {
    await make("1", "2", "3", "4");
    const first = await list("?limit=2");
    await make("5");
    const second = await list(`?limit=2&cursor=${first.pagination.nextCursor}`);
    expect([...names(first), ...names(second)]).toEqual(["4", "3", "2", "1"]);
  });

  it("finds any part of a name, whatever its case and marks", async () => {
    await make("Crème brûlée", "Daily digest", "100% done_now", "日本語の流れ");
    const search = async (text: string) => names(await list(`?search=${encodeURIComponent(text)}`));
    expect(await search("BRULEE")).toEqual(["Crème brûlée"]);
    expect(await search("ily dig")).toEqual(["Daily digest"]);
    expect(await search("0% d")).toEqual(["100% done_now"]);
    expect(await search("e_n")).toEqual(["100% done_now"]);
    expect(await search("x_x")).toEqual([]);
    expect(await search("di")).toEqual(["Daily digest"]);
    expect(await search("ig")).toEqual([]);
    expect(await search("流れ")).toEqual(["日本語の流れ"]);
    expect(await search("%")).toEqual(["100% done_now"]);
    expect(await search("  ")).toHaveLength(4);
  });

  it("filters by where a flow stands, and counts what it shows", async () => {
    const [draft, published, changed] = await make("draft", "published", "changed");
    for (const { id } of [published, changed]) await app.call("POST", `/v1/flows/${id}/publish`);
    await app.call("PUT", `/v1/flows/${changed.id}`, { body: { name: "changed since" } });
    for (const [status, id] of [
      ["draft", draft.id],
      ["published", published.id],
      ["changed", changed.id],
    ]) {
      const page = await list(`?status=${status}&includeCount=true`);
      expect(page.data.map((row: { id: string }) => row.id)).toEqual([id]);
      expect(page.pagination).toMatchObject({ totalCount: 1, totalPages: 1, currentPage: 1 });
    }
    await app.call("DELETE", `/v1/flows/${changed.id}`);
    expect((await list("?status=changed&includeCount=true")).pagination.totalCount).toBe(0);
    expect((await list("?includeCount=true")).pagination.totalCount).toBe(2);
    expect((await list("?search=publish&includeCount=true")).pagination.totalCount).toBe(1);
    expect((await list()).pagination).not.toHaveProperty("totalCount");
  });

  it("counts what a search finds up to 1,000 and says nothing past that", async () => {
    await make("needle");
    const copy = (from: number, to: number) =>
      store().database.execute(sql`
        INSERT INTO flows (organization_id, id, user_id, name, name_key, name_starts, steps, step_count,
          disabled_step_count, line, revision, definition_hash, created_at, updated_at)
        SELECT organization_id, 'copy_' || n, user_id, name, name_key, name_starts, steps, step_count,
          disabled_step_count, line, revision, definition_hash, created_at, updated_at
        FROM flows, generate_series(${from}::int, ${to}::int) AS n WHERE name = 'needle' AND id LIKE 'flow%'`);
    await copy(1, 999);
    expect((await list("?search=needle&includeCount=true")).pagination.totalCount).toBe(1000);
    await copy(1000, 1000);
    expect((await list("?search=needle&includeCount=true")).pagination).not.toHaveProperty("totalCount");
    expect((await list("?includeCount=true")).pagination.totalCount).toBe(1001);
  });

  it("keeps the limit within 1 and 100", async () => {
    for (const [asked, given] of [
      ["0", 1],
      ["-3", 1],
      ["100000", 100],
      ["99999999999999999999", 100],
      ["7", 7],
    ]) {
      expect((await list(`?limit=${asked}`)).pagination.limit).toBe(given);
    }
  });

  it.each([
    "limit=ten",
    "limit=",
    "limit=1.5",
    "cursor=nonsense",
    "cursor=e30",
    "direction=up",
    "sort=size",
    "order=down",
    "status=old",
    "includeCount=maybe",
    "search=%00",
  ])("refuses %s with 400 and the parameter's name", async (query) => {
    const answer = await app.call("GET", `/v1/flows?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json.details[0].path).toBe(query.split("=")[0]);
  });

  it.each([
    "0000-01-01T00:00:00.000Z",
    "2024-02-30T00:00:00.000Z",
    "2024-01-01T24:00:00.000Z",
    "+010000-01-01T00:00:00.000Z",
    "yesterday",
  ])("refuses a cursor that stands at %s", async (value) => {
    const place = { value, id: "flow_x", sort: "updatedAt", order: "desc", offset: 0 };
    const cursor = Buffer.from(JSON.stringify(place)).toString("base64url");
    const answer = await app.call("GET", `/v1/flows?cursor=${cursor}`);
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "INVALID_CURSOR"]);
  });

  it("refuses a cursor of another order", async () => {
    await make("1", "2");
    const { pagination } = await list("?limit=1");
    const answer = await app.call("GET", `/v1/flows?sort=name&cursor=${pagination.nextCursor}`);
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "INVALID_CURSOR"]);
  });

  it("never shows another organisation's flows, nor counts them", async () => {
    const [mine] = await make("mine");
    await store().database.execute(sql`
      INSERT INTO flows (organization_id, id, user_id, name, name_key, name_starts, steps, step_count,
        disabled_step_count, line, revision, definition_hash, created_at, updated_at)
      SELECT 'org_other', 'flow_other', 'user_other', 'mine too', 'mine too', name_starts, steps, step_count,
        disabled_step_count, line, revision, definition_hash, created_at, updated_at FROM flows`);
    const page = await list("?includeCount=true&search=mine");
    expect(page.data.map((row: { id: string }) => row.id)).toEqual([mine.id]);
    expect(page.pagination.totalCount).toBe(1);
    expect((await list("?includeCount=true")).pagination.totalCount).toBe(1);
    for (const method of ["GET", "DELETE"]) {
      expect((await app.call(method, "/v1/flows/flow_other")).status).toBe(404);
    }
    expect((await app.call("PUT", "/v1/flows/flow_other", { body: { name: "x" } })).status).toBe(404);
  });
});
