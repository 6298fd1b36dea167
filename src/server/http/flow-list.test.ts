import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { buildFlowPageSelectQuery } from "#server/store/flow-page.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { type TestResponse, type TestApp, startTestApp } from "#server/testing/test-app.ts";

describeSuiteForEitherStore("the list of flows", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
  });
  const list = async (query = ""): Promise<TestResponse["json"]> =>
    (await app.call("GET", `/v1/flows${query}`)).json;
  const names = (page: TestResponse["json"]): string[] => page.data.map((row: { name: string }) => row.name);
  const make = async (...flowNames: string[]) => {
    const made = [];
    for (const name of flowNames) made.push(await app.create({ name }));
    return made;
  };
  const copy = (from: number, to: number, name: string) =>
    store().database.execute(sql`
      INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count,
        disabled_step_count, line, revision, definition_hash, created_at, updated_at)
      SELECT organization_id, 'copy_' || n, user_id, ${name}, ${name}, steps, step_count,
        disabled_step_count, line, revision, definition_hash, created_at, updated_at
      FROM flows, generate_series(${from}::int, ${to}::int) AS n WHERE id LIKE 'flow%'`);

  it("returns the counts of nested and of disabled steps in addition to the documented count", async () => {
    const off = { enabled: false };
    const inner = buildConditional("inner", [buildStep("d", off)], [buildStep("e")]);
    const steps = [buildStep("a", off), buildConditional("b", [buildStep("c"), inner])];
    const flow = await app.create(buildFlow("Nested", steps));
    const counts = { stepCount: 2, totalStepCount: 6, disabledStepCount: 2 };
    expect(flow).toMatchObject(counts);
    expect((await list()).data[0]).toMatchObject(counts);
    await app.call("PUT", `/v1/flows/${flow.id}`, { body: { flowSteps: [buildStep("a")] } });
    expect((await list()).data[0]).toMatchObject({ stepCount: 1, totalStepCount: 1, disabledStepCount: 0 });
  });

  it("lists the newest flows first, with the fields that a row shows", async () => {
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
      description: null,
      line: [
        { type: "prompt", enabled: true, name: expect.any(String) },
        { type: "crawl", enabled: false, name: expect.any(String) },
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

  it("truncates long descriptions and step names without splitting a character", async () => {
    const name = `${"x".repeat(58)}${"😀".repeat(10)}`;
    await app.create({ ...buildFlow("Long", [buildStep("a", { name })]), description: "😀".repeat(10_000) });
    const [row] = (await list()).data;
    expect(row.description).toBe("😀".repeat(300));
    expect(row.line[0].name).toBe(`${"x".repeat(58)}…`);
  });

  it("limits the flow preview to 40 nodes", async () => {
    await app.create(
      buildFlow(
        "Long",
        Array.from({ length: 50 }, (_, index) => buildStep(`s${index}`)),
      ),
    );
    expect((await list()).data[0].line).toHaveLength(40);
  });

  it.each(["updatedAt", "createdAt", "name", "lastRunAt"])(
    "can be paged to its end and back, sorted by %s, in both orders and with filters, without gaps or repeats",
    async (sort) => {
      const [published] = await make("be", "Ä", "c", "ae", "É", "z", "ae");
      await app.call("POST", `/v1/flows/${published.id}/publish`);
      await store().database.execute(
        sql`UPDATE flows SET last_run_at = updated_at - interval '1 day' WHERE name IN ('c', 'ae')`,
      );
      for (const [query, totalCount] of [
        ["order=asc", 7],
        ["order=desc", 7],
        ["search=e", 4],
        ["search=e&status=draft", 3],
      ] as const) {
        const path = `?sort=${sort}&${query}&includeCount=true`;
        const whole = await list(path);
        const walk = (cursor: string, direction: string) =>
          list(`${path}&limit=2&direction=${direction}&cursor=${cursor}`);
        const pages = [await list(`${path}&limit=2`)];
        while (pages.at(-1).pagination.hasMore)
          pages.push(await walk(pages.at(-1).pagination.nextCursor, "next"));
        expect(pages.flatMap((page) => page.data)).toEqual(whole.data);
        pages.forEach(({ pagination }, index) =>
          expect(pagination).toMatchObject({ currentOffset: 2 * index, totalCount }),
        );
        const back = [pages.at(-1)];
        while (back[0].pagination.hasPrev) back.unshift(await walk(back[0].pagination.prevCursor, "prev"));
        expect(back.flatMap((page) => page.data)).toEqual(whole.data);
        expect(back[0].pagination).toMatchObject({ currentOffset: 0, hasPrev: false, hasMore: true });
      }
    },
  );

  it("sorts names without accents and case, and flows that never ran last", async () => {
    await make("éclair", "Zebra", "eagle", "apple");
    expect(names(await list("?sort=name"))).toEqual(["apple", "eagle", "éclair", "Zebra"]);
    await store().database.execute(sql`UPDATE flows SET last_run_at = now() WHERE name = 'Zebra'`);
    for (const order of ["asc", "desc"]) {
      expect(names(await list(`?sort=lastRunAt&order=${order}`))[0]).toBe("Zebra");
    }
  });

  it("repeats and skips no row when flows are written between two pages", async () => {
    await make("1", "2", "3", "4");
    const first = await list("?limit=2");
    await make("5");
    const second = await list(`?limit=2&cursor=${first.pagination.nextCursor}`);
    expect([...names(first), ...names(second)]).toEqual(["4", "3", "2", "1"]);
  });

  it("finds any part of a name in any script, regardless of case and accents, with an exact total", async () => {
    const [cream, digest, odd, japanese] = ["Crème brûlée", "Daily digest", "100% done_now", "日本語の流れ"];
    const [oslo, kosmos, odos] = ["Όσλο", "Κόσμος και Σύρος", "ΟΔΟΣ"];
    await make(...[cream, digest, odd, japanese, "Привет мир", "مرحبا بالعالم", "สวัสดี", "a🎉b"].map(String));
    await make(...[oslo, kosmos, odos, "की", "का", "Café की"].map(String));
    for (const [text, found] of [
      ["BRULEE", [cream]],
      ["ily dig", [digest]],
      ["0% d", [odd]],
      ["e_n", [odd]],
      ["x_x", []],
      ["流れ", [japanese]],
      ["%", [odd]],
      ["--", []],
      // One or two characters have no trigram.
      ["di", [digest]],
      ["RÈ", [cream]],
      ["語の", [japanese]],
      ["ве", ["Привет мир"]],
      ["حب", ["مرحبا بالعالم"]],
      ["วั", ["สวัสดี"]],
      ["🎉", ["a🎉b"]],
      ["zq", []],
      // A sigma has two forms, and vowel signs distinguish words.
      ["Σ", [oslo, kosmos, odos]],
      ["οσ", [oslo, kosmos, odos]],
      ["ΣΥΡΟΣ", [kosmos]],
      ["ΚΟΣΜΟΣ ΚΑΙ", [kosmos]],
      ["की", ["Café की", "की"]],
      ["CAFE की", ["Café की"]],
      ["ั", ["สวัสดี"]],
      ["\u0308", []],
    ] as const) {
      const page = await list(`?search=${encodeURIComponent(text)}&includeCount=true`);
      expect([text, names(page).toSorted(), page.pagination.totalCount]).toEqual([text, found, found.length]);
    }
    expect(names(await list("?search=%20%20"))).toHaveLength(14);
  });

  it.each([
    ["updatedAt", "flows_by_updated"],
    ["name", "flows_by_name"],
  ] as const)("scans only an index for a short search sorted by %s", async (sort, index) => {
    await make("needle");
    await copy(1, 3000, "haystack");
    await store().database.execute(sql`VACUUM ANALYZE flows`);
    const page = {
      search: "dl",
      sort,
      order: "desc",
      direction: "next",
      from: undefined,
      limit: 50,
    } as const;
    const query = buildFlowPageSelectQuery(store().database, "org_local", page);
    const { rows } = await store().database.execute(sql`EXPLAIN ${query.getSQL()}`);
    const plan = rows.map((row) => String(row["QUERY PLAN"])).join("\n");
    expect(plan).toContain(`Index Only Scan Backward using ${index} on`);
  });

  it("filters by publish state, and counts the matches", async () => {
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

  it("counts up to 1,000 matches and reports no total above that", async () => {
    await make("needle");
    await copy(1, 999, "needle");
    for (const search of ["needle", "e", "ed"])
      expect((await list(`?search=${search}&includeCount=true`)).pagination.totalCount).toBe(1000);
    await copy(1000, 1000, "needle");
    for (const search of ["needle", "e", "ed"]) {
      const { data, pagination } = await list(`?search=${search}&includeCount=true`);
      expect([data.length, pagination.hasMore]).toEqual([50, true]);
      expect(pagination).not.toHaveProperty("totalCount");
      expect(pagination.totalAbove).toBe(1000);
    }
    expect((await list("?includeCount=true")).pagination.totalCount).toBe(1001);
  });

  it("limits the page size to between 1 and 100", async () => {
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
  ])("refuses a cursor with the invalid date “%s”", async (value) => {
    const place = { value, id: "flow_x", sort: "updatedAt", order: "desc", offset: 0 };
    const cursor = Buffer.from(JSON.stringify(place)).toString("base64url");
    const answer = await app.call("GET", `/v1/flows?cursor=${cursor}`);
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "INVALID_CURSOR"]);
  });

  it("refuses a cursor that was created for another sort order", async () => {
    await make("1", "2");
    const { pagination } = await list("?limit=1");
    const answer = await app.call("GET", `/v1/flows?sort=name&cursor=${pagination.nextCursor}`);
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "INVALID_CURSOR"]);
  });

  it("neither lists nor counts flows of another organization", async () => {
    const [mine] = await make("mine");
    await store().database.execute(sql`
      INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count,
        disabled_step_count, line, revision, definition_hash, created_at, updated_at)
      SELECT 'org_other', 'flow_other', 'user_other', 'mine too', 'mine too', steps, step_count,
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
