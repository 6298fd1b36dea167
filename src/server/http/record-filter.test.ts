import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { RECORD_FILTER_OPERATORS } from "#contract/record.ts";
import { type TestResponse, type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const RECORDS = {
  acme: {
    score: 7,
    city: "Köln",
    active: true,
    tags: ["New", "big"],
    address: { zip: "01234", floors: [3, 4] },
    "plan.name": "pro",
    price: "9.50",
    seen: "2025-12-30",
  },
  bolt: {
    score: 10.5,
    city: "Ulm",
    active: false,
    tags: [],
    price: "10",
    seen: "2025-12-31T23:30:00+02:00",
    name: "inner",
  },
  core: { score: "12", city: "", active: null, seen: "2026-02-30", odd: "100% [sure]" },
  dune: { score: -3, city: "Kassel", active: "true", tags: "new", seen: 5, ["__proto__"]: "own" },
};

describeSuiteForEitherStore("the filter of records", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
    for (const [name, metadata] of Object.entries(RECORDS)) {
      await app.call("POST", "/v1/records", { body: { type: "t", name, metadata } });
    }
  });
  const ask = (filter: unknown): Promise<TestResponse> =>
    app.call("GET", `/v1/records?recordFilter=${encodeURIComponent(JSON.stringify(filter))}`);
  const find = async (filter: unknown): Promise<string> => {
    const { status, json, text } = await ask(filter);
    expect(status, text).toBe(200);
    return json.data
      .map((row: { name: string }) => row.name)
      .toSorted()
      .join(" ");
  };

  it("finds the matches of each operator", async () => {
    for (const [field, op, value, found] of [
      ["score", "eq", 7, "acme"],
      ["score", "eq", "7", "acme"],
      ["score", "eq", 12, "core"],
      ["score", "neq", 7, "bolt core dune"],
      ["score", "gt", 7, "bolt core"],
      ["score", "gte", 7, "acme bolt core"],
      ["score", "lt", 0, "dune"],
      ["score", "lte", "10.5", "acme bolt dune"],
      ["score", "between", [-3, 7], "acme dune"],
      ["score", "in", [7, "12", true], "acme core"],
      ["score", "in", [], ""],
      ["score", "notIn", [7, -3], "bolt core"],
      ["price", "gt", 9.75, "bolt"],
      ["price", "eq", "10.0", ""],
      ["price", "eq", 9.5, "acme"],
      ["none", "neq", "x", "acme bolt core dune"],
      ["none", "notIn", ["x"], "acme bolt core dune"],
      ["city", "contains", "K", "acme dune"],
      ["city", "contains", "köln", "acme"],
      ["city", "startsWith", "ka", "dune"],
      ["city", "endsWith", "LM", "bolt"],
      ["city", "gt", "L", "bolt"],
      ["odd", "contains", "% [", "core"],
      ["tags", "contains", "new", "acme dune"],
      ["tags", "contains", "ne", "dune"],
      ["city", "isSet", undefined, "acme bolt dune"],
      ["city", "isNotSet", undefined, "core"],
      ["city", "eq", "", "core"],
      ["active", "eq", null, "core"],
      ["active", "neq", null, "acme bolt dune"],
      ["active", "isTrue", undefined, "acme dune"],
      ["active", "isFalse", undefined, "bolt"],
      ["active", "eq", false, "bolt"],
      ["address.zip", "eq", "01234", "acme"],
      ["address.zip", "eq", 1234, "acme"],
      ["address.floors.1", "eq", 4, "acme"],
      ["plan.name", "eq", "pro", "acme"],
      ["__proto__", "eq", "own", "dune"],
      ["constructor", "isSet", undefined, ""],
      ["name", "startsWith", "AC", "acme"],
      ["metadata.name", "eq", "inner", "bolt"],
      ["type", "eq", "t", "acme bolt core dune"],
      ["createdAt", "gt", "2025", "acme bolt core dune"],
      ["updatedAt", "lt", "2026-01-01", ""],
      ["createdAt", "withinLastDays", 1, "acme bolt core dune"],
      ["seen", "withinLastDays", 1, "bolt"],
      ["seen", "withinLastDays", "3", "acme bolt"],
      ["seen", "olderThanDays", 1, "acme"],
      ["seen", "olderThanDays", 700_000, ""],
    ]) {
      expect([field, op, value, await find({ field, op, value })]).toEqual([field, op, value, found]);
    }
  });

  it("combines conditions in nested groups", async () => {
    const koeln = { field: "city", op: "eq", value: "Köln" };
    const ulm = { field: "city", op: "eq", value: "Ulm" };
    const high = { field: "score", op: "gt", value: 8 };
    expect(await find({ op: "or", conditions: [koeln, ulm] })).toBe("acme bolt");
    expect(await find({ op: "and", conditions: [{ op: "or", conditions: [koeln, ulm] }, high] })).toBe(
      "bolt",
    );
    expect(await find({ op: "or", conditions: [{ op: "and", conditions: [ulm, koeln] }, high] })).toBe(
      "bolt core",
    );
  });

  it("refuses an invalid filter with the path of the fault", async () => {
    for (const [filter, path, code] of [
      [7, "recordFilter", "INVALID_TYPE"],
      [{}, "recordFilter.op", "MISSING_REQUIRED_FIELD"],
      [{ field: "a", op: "like", value: 1 }, "recordFilter.op", "INVALID_ENUM"],
      [{ field: "a'b", op: "eq", value: 1 }, "recordFilter.field", "INVALID_FORMAT"],
      [{ field: "a", op: "eq" }, "recordFilter.value", "MISSING_REQUIRED_FIELD"],
      [{ field: "a", op: "eq", value: {} }, "recordFilter.value", "INVALID_VALUE"],
      [{ field: "a", op: "gt", value: true }, "recordFilter.value", "INVALID_VALUE"],
      [{ field: "a", op: "between", value: [1] }, "recordFilter.value", "INVALID_VALUE"],
      [{ field: "a", op: "in", value: "x" }, "recordFilter.value", "INVALID_VALUE"],
      [{ field: "a", op: "withinLastDays", value: -1 }, "recordFilter.value", "INVALID_VALUE"],
      [{ field: "a", op: "eq", value: "\0" }, "recordFilter.value", "INVALID_TEXT"],
      [{ op: "and", conditions: [] }, "recordFilter.conditions", "TOO_SHORT"],
      [
        { op: "and", conditions: [{ field: "a", op: "in" }] },
        "recordFilter.conditions.0.value",
        "MISSING_REQUIRED_FIELD",
      ],
      [
        { op: "and", conditions: Array.from({ length: 51 }, () => ({ field: "a", op: "isSet" })) },
        "recordFilter.conditions",
        "TOO_MANY_ITEMS",
      ],
      [
        { op: "and", conditions: [{ op: "or", conditions: [{ op: "and", conditions: [] }] }] },
        "recordFilter.conditions.0.conditions.0.field",
        "MISSING_REQUIRED_FIELD",
      ],
    ] as const) {
      const { status, json } = await ask(filter);
      expect([filter, status, json.details?.[0].path, json.details?.[0].code]).toEqual([
        filter,
        400,
        path,
        code,
      ]);
    }
  });

  it("refuses a filter that is not JSON", async () => {
    const answer = await app.call("GET", "/v1/records?recordFilter=%7B");
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "MALFORMED_JSON"]);
  });

  it("never causes a server error, whatever the operator, the field and the value", async () => {
    const values = [
      undefined,
      null,
      0,
      -1.5,
      1e300,
      "",
      "x",
      "1e999",
      "NaN",
      "2026-99-99",
      "%_\\",
      [],
      [1, 2],
      ["a", "b"],
      {},
      true,
    ];
    const fields = ["score", "address", "tags", "address.floors", "active", "name", "createdAt", "a.b.c.d"];
    for (const op of RECORD_FILTER_OPERATORS) {
      for (const value of values) {
        const where = { op: "or", conditions: fields.map((field) => ({ field, op, value })) };
        const answer = await app.call("POST", "/v1/records/preview-filter", { body: { type: "t", where } });
        expect([200, 400], `${op} ${JSON.stringify(value)} → ${answer.text}`).toContain(answer.status);
      }
    }
  });

  it("accepts the maximum number of conditions, and refuses more", async () => {
    const inner = Array.from({ length: 50 }, (_, index) => ({
      field: `a.b${index}`,
      op: "between",
      value: ["1", "2"],
    }));
    const preview = (groups: number) => {
      const where = {
        op: "or",
        conditions: Array.from({ length: groups }, () => ({ op: "and", conditions: inner })),
      };
      return app.call("POST", "/v1/records/preview-filter", { body: { type: "t", where } });
    };
    const most = await preview(5);
    expect([most.status, most.json.matchedCount]).toEqual([200, 0]);
    const more = await preview(6);
    expect([more.status, more.json.details[0].code]).toEqual([400, "TOO_MANY_ITEMS"]);
  });

  const many = (count: number, buildCondition: (index: number) => object) => {
    const conditions = Array.from({ length: count }, (_, index) => buildCondition(index));
    const groups = [];
    for (let at = 0; at < count; at += 50)
      groups.push({ op: "or", conditions: conditions.slice(at, at + 50) });
    return { op: "or", conditions: groups };
  };
  const fill = (count: number) =>
    store().database.execute(sql`
      INSERT INTO records (organization_id, id, user_id, type, name, name_key, metadata, created_at, updated_at)
      SELECT 'org_local', 'record_' || n, 'user_local', 'many', 'n' || n, 'n' || n,
        json_build_object('n', n::text, 'k' || n % 3, true), now() - n * interval '1 second', now() + n * interval '1 second'
      FROM generate_series(1, ${count}::int) AS n`);

  it("limits the conditions on the text of a field by the length of the record", async () => {
    const body = { type: "long", name: "x", metadata: { text: "lorem ipsum ".repeat(100_000) } };
    expect((await app.call("POST", "/v1/records", { body })).status).toBe(201);
    const preview = (count: number, op: string) => {
      const where = many(count, (index) => ({ field: "text", op, value: `no ${index}` }));
      return app.call("POST", "/v1/records/preview-filter", { body: { type: "long", where } });
    };
    expect((await preview(250, "eq")).json).toMatchObject({ matchedCount: 0, truncated: false });
    expect((await preview(5, "contains")).json).toMatchObject({ matchedCount: 0, truncated: false });
    const refused = await preview(50, "contains");
    expect([refused.status, refused.json.details[0].code]).toEqual([400, "FILTER_TOO_COSTLY"]);
    expect(refused.json.details[0].message).toContain("at most 12 may be “contains”");
  });

  it.each<[string, (index: number) => object]>([
    ["paths", (index) => ({ field: `text.b.c${index}`, op: "isSet" })],
    ["long keys", (index) => ({ field: `${index}`.padStart(64, "k"), op: "isSet" })],
  ])("limits the conditions on %s by the length of the record", async (_, toCondition) => {
    const body = { type: "long", name: "x", metadata: { text: "lorem ipsum ".repeat(50_000) } };
    expect((await app.call("POST", "/v1/records", { body })).status).toBe(201);
    const preview = (count: number) =>
      app.call("POST", "/v1/records/preview-filter", {
        body: { type: "long", where: many(count, toCondition) },
      });
    expect((await preview(20)).json).toMatchObject({ matchedCount: 0, truncated: false });
    const refused = await preview(250);
    expect([refused.status, refused.json.details[0].code]).toEqual([400, "FILTER_TOO_COSTLY"]);
  });

  it("refuses to search a long record for a long text", async () => {
    const body = { type: "long", name: "x", metadata: { text: "a".repeat(1_000_000) } };
    expect((await app.call("POST", "/v1/records", { body })).status).toBe(201);
    const preview = (length: number) => {
      const where = { field: "text", op: "contains", value: `b${"a".repeat(length)}` };
      return app.call("POST", "/v1/records/preview-filter", { body: { type: "long", where } });
    };
    expect((await preview(100)).json).toMatchObject({ matchedCount: 0, truncated: false });
    const refused = await preview(4999);
    expect([refused.status, refused.json.details[0].code]).toEqual([400, "FILTER_TOO_COSTLY"]);
    expect(refused.json.details[0].message).toContain("Search for a shorter text");
  });

  it("refuses to scan more text than the limit for one request", async () => {
    await fill(1200);
    await store().database.execute(
      sql`UPDATE records SET metadata = json_build_object('n', repeat('lorem ipsum ', 800)) WHERE type = 'many'`,
    );
    const where = many(50, (index) => ({ field: "n", op: "contains", value: `no ${index}` }));
    const refused = await app.call("POST", "/v1/records/preview-filter", { body: { type: "many", where } });
    expect([refused.status, refused.json.details[0].code]).toEqual([400, "FILTER_TOO_COSTLY"]);
  });

  it("refuses a list of more than 5,000 values", async () => {
    const value = Array.from({ length: 1000 }, (_, index) => index);
    expect((await ask(many(5, () => ({ field: "score", op: "in", value })))).status).toBe(200);
    const refused = await ask(many(6, () => ({ field: "score", op: "in", value: value.slice(0, 900) })));
    expect([refused.status, refused.json.details[0].code]).toEqual([400, "TOO_MANY_ITEMS"]);
  });

  it("finds matches that are far apart in the list, on pages in both directions, in the count and in an export", async () => {
    await fill(2500);
    const filter = encodeURIComponent(JSON.stringify({ field: "n", op: "endsWith", value: "00" }));
    const base = `/v1/records?type=many&recordFilter=${filter}&includeCount=true`;
    const whole = (await app.call("GET", base)).json;
    expect(whole.pagination).toMatchObject({ totalCount: 25, hasMore: false });
    expect(whole.data[0].name).toBe("n2500");
    const walk = async (cursor: string, direction: string) =>
      (await app.call("GET", `${base}&limit=7&cursor=${cursor}&direction=${direction}`)).json;
    const pages = [(await app.call("GET", `${base}&limit=7`)).json];
    while (pages.at(-1).pagination.hasMore)
      pages.push(await walk(pages.at(-1).pagination.nextCursor, "next"));
    expect(pages.flatMap((page) => page.data)).toEqual(whole.data);
    const back = [pages.at(-1)];
    while (back[0].pagination.hasPrev) back.unshift(await walk(back[0].pagination.prevCursor, "prev"));
    expect(back.flatMap((page) => page.data)).toEqual(whole.data);

    const { text } = await app.call("GET", `/v1/records/export?type=many&recordFilter=${filter}`);
    const [head, ...rows] = text.trim().split("\r\n");
    expect(head).toBe("id,type,name,createdAt,updatedAt,n,k0,k1,k2");
    expect(rows).toHaveLength(25);
    expect(rows[0]).toContain("n2500");
    const values = (await app.call("GET", "/v1/records/field-values?type=many&field=k1")).json;
    expect(values.values).toEqual([{ value: true, count: 834 }]);
  });

  it("finds a single letter in a name among many records", async () => {
    await fill(2500);
    const { json } = await app.call("GET", "/v1/records?type=many&search=99&includeCount=true");
    expect(json.pagination.totalCount).toBe(43);
    expect(json.data[0].name).toBe("n2499");
  });

  it("is aborted when the client disconnects", async () => {
    await fill(2500);
    const filter = encodeURIComponent(JSON.stringify({ field: "none", op: "isSet" }));
    const gone = new AbortController();
    const answer = app.call("GET", `/v1/records?recordFilter=${filter}`, { signal: gone.signal });
    gone.abort();
    expect((await answer).status).toBe(499);
  });

  it("is previewed with a count and the last changed records", async () => {
    const where = { field: "city", op: "isSet" };
    const answer = await app.call("POST", "/v1/records/preview-filter", { body: { type: "t", where } });
    expect(answer.json).toMatchObject({ type: "t", matchedCount: 3, truncated: false });
    expect(answer.json.samples.map((row: { name: string }) => row.name)).toEqual(["dune", "bolt", "acme"]);
    expect(answer.json.samples[2].metadata).toEqual(RECORDS.acme);
    const all = await app.call("POST", "/v1/records/preview-filter", { body: { type: "t" } });
    expect(all.json.matchedCount).toBe(4);
  });

  it("applies to the total count of the record list", async () => {
    const filter = encodeURIComponent(JSON.stringify({ field: "city", op: "isSet" }));
    const page = await app.call("GET", `/v1/records?includeCount=true&limit=2&recordFilter=${filter}`);
    expect(page.json.pagination).toMatchObject({ totalCount: 3, totalPages: 2, hasMore: true });
  });

  it("has an endpoint that lists the record fields with counts and types", async () => {
    const { json } = await app.call("GET", "/v1/records/schema?type=t");
    expect(json).toMatchObject({ type: "t", sampledRecords: 4, totalRecords: 4 });
    const field = (name: string) => json.fields.find((each: { name: string }) => each.name === name);
    expect(field("score")).toEqual({
      name: "score",
      types: ["number", "string"],
      count: 4,
      examples: [-3, "12", 10.5, 7],
    });
    expect(field("active").types).toEqual(["string", "null", "boolean"]);
    expect(field("address.zip")).toMatchObject({ types: ["string"], count: 1 });
    expect((await app.call("GET", "/v1/records/schema?type=t&sample=1")).json.sampledRecords).toBe(1);
    expect((await app.call("GET", "/v1/records/schema?type=none")).json.fields).toEqual([]);
    expect((await app.call("GET", "/v1/records/schema")).status).toBe(400);
  });

  it("has an endpoint that lists a field's values, the most frequent first", async () => {
    await app.call("POST", "/v1/records", {
      body: { type: "t", name: "e", metadata: { city: "Ulm", score: 7 } },
    });
    const values = async (query: string) =>
      (await app.call("GET", `/v1/records/field-values?type=t&${query}`)).json;
    expect(await values("field=city")).toEqual({
      type: "t",
      field: "city",
      values: [
        { value: "Ulm", count: 2 },
        { value: "", count: 1 },
        { value: "Kassel", count: 1 },
        { value: "Köln", count: 1 },
      ],
      truncated: false,
    });
    expect(await values("field=score&limit=1")).toMatchObject({
      values: [{ value: 7, count: 2 }],
      truncated: true,
    });
    expect((await values("field=address.zip")).values).toEqual([{ value: "01234", count: 1 }]);
    expect((await values("field=a%20b")).details[0].path).toBe("field");
  });
});
