import { beforeEach, expect, it } from "vitest";
import { FILTER_OPERATORS } from "#contract/record.ts";
import { type Reply, type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeStores } from "#server/testing/test-stores.ts";

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

describeStores("the filter of records", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
    for (const [name, metadata] of Object.entries(RECORDS)) {
      await app.call("POST", "/v1/records", { body: { type: "t", name, metadata } });
    }
  });
  const ask = (filter: unknown): Promise<Reply> =>
    app.call("GET", `/v1/records?recordFilter=${encodeURIComponent(JSON.stringify(filter))}`);
  const find = async (filter: unknown): Promise<string> => {
    const { status, json, text } = await ask(filter);
    expect(status, text).toBe(200);
    return json.data
      .map((row: { name: string }) => row.name)
      .toSorted()
      .join(" ");
  };

  it("finds what each operator asks for", async () => {
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

  it("joins conditions, one group within another", async () => {
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

  it("refuses what is no filter and says where", async () => {
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

  it("refuses what is no JSON", async () => {
    const answer = await app.call("GET", "/v1/records?recordFilter=%7B");
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "MALFORMED_JSON"]);
  });

  it("answers every operator with every kind of value, against every field, as 200 or 400", async () => {
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
    for (const op of FILTER_OPERATORS) {
      for (const value of values) {
        const where = { op: "or", conditions: fields.map((field) => ({ field, op, value })) };
        const answer = await app.call("POST", "/v1/records/preview-filter", { body: { type: "t", where } });
        expect([200, 400], `${op} ${JSON.stringify(value)} → ${answer.text}`).toContain(answer.status);
      }
    }
  });

  it("takes as many conditions as are allowed", async () => {
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

  it("is previewed with a count and the last changed records", async () => {
    const where = { field: "city", op: "isSet" };
    const answer = await app.call("POST", "/v1/records/preview-filter", { body: { type: "t", where } });
    expect(answer.json).toMatchObject({ type: "t", matchedCount: 3, truncated: false });
    expect(answer.json.samples.map((row: { name: string }) => row.name)).toEqual(["dune", "bolt", "acme"]);
    expect(answer.json.samples[2].metadata).toEqual(RECORDS.acme);
    const all = await app.call("POST", "/v1/records/preview-filter", { body: { type: "t" } });
    expect(all.json.matchedCount).toBe(4);
  });

  it("is counted under the list too", async () => {
    const filter = encodeURIComponent(JSON.stringify({ field: "city", op: "isSet" }));
    const page = await app.call("GET", `/v1/records?includeCount=true&limit=2&recordFilter=${filter}`);
    expect(page.json.pagination).toMatchObject({ totalCount: 3, totalPages: 2, hasMore: true });
  });

  it("is told which fields there are, by how often and of which types", async () => {
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

  it("is told a field's values, the most frequent first", async () => {
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
