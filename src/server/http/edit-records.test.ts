import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import { insertTestRecords } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const CUSTOMERS = {
  acme: { plan: "Pro", tags: ["New"], n: 1, old: true },
  bolt: { plan: "free", n: 2, address: { city: "Ulm" } },
  core: { plan: null, n: "1", 'odd "key"': "x" },
};

describeSuiteForEitherStore("the bulk edit of records", (store) => {
  let app: TestApp;
  const ids: Record<string, string> = {};
  beforeEach(async () => {
    app = await startTestApp(store());
    for (const [name, metadata] of Object.entries(CUSTOMERS)) {
      const body = { type: "customer", name, metadata };
      ids[name] = (await app.call("POST", "/v1/records", { body })).json.id;
    }
    const lead = await app.call("POST", "/v1/records", { body: { type: "lead", name: "lead" } });
    ids["lead"] = lead.json.id;
  });
  afterEach(() => app.close());

  const post = (body: unknown) => app.call("POST", "/v1/records/bulk-edit", { body });
  const edit = async (body: unknown) => {
    const answer = await post(body);
    expect(answer.status, answer.text).toBe(200);
    expect(endpoints.editRecords.answers[200].safeParse(answer.json).success).toBe(true);
    return answer.json;
  };
  const read = async (name: string) => (await app.call("GET", `/v1/records/${ids[name]}`)).json;
  const selected = async (conditions: unknown, more: object = {}) => {
    const { recordIds } = await edit({ conditions, dryRun: true, ...more });
    return Object.keys(ids).filter((name) => recordIds.includes(ids[name]));
  };

  it("sets and deletes fields, and reports the values that changed", async () => {
    const before = await read("acme");
    const answer = await edit({
      recordIds: [ids["bolt"], ids["acme"]],
      updates: { plan: "Pro", address: { city: "Bonn" } },
      deleteFields: ["old", "none"],
    });
    expect(answer).toEqual({
      data: [
        {
          id: ids["bolt"],
          before: { plan: "free", address: { city: "Ulm" } },
          after: { plan: "Pro", address: { city: "Bonn" } },
        },
        { id: ids["acme"], before: { old: true }, after: { address: { city: "Bonn" } } },
      ],
      recordIds: [ids["bolt"], ids["acme"]],
    });
    const after = await read("acme");
    expect(after).toMatchObject({ type: "customer", name: "acme", createdAt: before.createdAt });
    expect(Object.entries(after.metadata)).toEqual([
      ["plan", "Pro"],
      ["tags", ["New"]],
      ["n", 1],
      ["address", { city: "Bonn" }],
    ]);
    expect(after.updatedAt > before.updatedAt).toBe(true);
    expect((await read("core")).metadata).toEqual(CUSTOMERS.core);
  });

  it("changes nothing in a dry run, and leaves unchanged records as they are", async () => {
    const rows = await app.call("GET", "/v1/records");
    const dry = await edit({ applyToAll: true, updates: { plan: "Pro" }, dryRun: true });
    expect(dry.recordIds).toHaveLength(4);
    expect(dry.data.map(({ id }: { id: string }) => id)).toEqual([ids["bolt"], ids["core"], ids["lead"]]);
    expect((await app.call("GET", "/v1/records")).text).toBe(rows.text);
    expect(await edit({ recordIds: [ids["acme"]], updates: { plan: "Pro" } })).toEqual({
      data: [],
      recordIds: [ids["acme"]],
    });
    expect((await app.call("GET", "/v1/records")).text).toBe(rows.text);
  });

  it("selects by conditions", async () => {
    const where = (field: string, operator: string, value: unknown) =>
      selected([{ field, operator, value }], { recordFilter: { type: "customer" } });
    expect(await where("plan", "equals", "Pro")).toEqual(["acme"]);
    expect(await where("plan", "equals_ci", "FREE")).toEqual(["bolt"]);
    expect(await where("plan", "not_equals", "Pro")).toEqual(["bolt", "core"]);
    expect(await where("plan", "contains", "r")).toEqual(["acme", "bolt"]);
    expect(await where("plan", "not_contains", "r")).toEqual(["core"]);
    expect(await where("tags", "contains", "new")).toEqual(["acme"]);
    expect(await where("n", "equals", 1)).toEqual(["acme", "core"]);
    expect(await where("old", "equals", true)).toEqual(["acme"]);
    expect(await where("address.city", "equals", "Ulm")).toEqual(["bolt"]);
    expect(await where('odd "key"', "equals", "x")).toEqual(["core"]);
    expect(await where(`x'"\\.y"{`, "equals", "x")).toEqual([]);
    expect(await where("name", "equals", "bolt")).toEqual(["bolt"]);
    expect(await where("ключ".repeat(20), "not_equals", "x")).toEqual(["acme", "bolt", "core"]);
  });

  it("selects the records that match all selections", async () => {
    const pro = { field: "plan", operator: "equals", value: "Pro" };
    expect(await selected([pro, { field: "n", operator: "equals", value: 2 }])).toEqual([]);
    expect(await selected([pro], { recordIds: [ids["acme"], ids["bolt"], "record_none"] })).toEqual(["acme"]);
    const filter = { type: "customer", where: { field: "n", op: "gte", value: 2 } };
    expect(await selected([], { recordFilter: filter })).toEqual(["bolt"]);
    expect(await selected([], { recordFilter: { type: "lead" } })).toEqual(["lead"]);
    const answer = await edit({ recordIds: [ids["acme"], "record_none", "a b"], updates: { x: 1 } });
    expect(answer).toMatchObject({ recordIds: [ids["acme"]], notFoundIds: ["record_none", "a b"] });
  });

  it("keeps keys such as __proto__ as data", async () => {
    const text = `{"recordIds":["${ids["acme"]}"],"updates":{"__proto__":{"a":1},"constructor":2}}`;
    const answer = await app.call("POST", "/v1/records/bulk-edit", { text });
    expect(answer.text).toContain('"after":{"__proto__":{"a":1},"constructor":2}');
    const stored = await app.call("GET", `/v1/records/${ids["acme"]}`);
    expect(stored.text).toContain('"old":true,"__proto__":{"a":1},"constructor":2}');
  });

  it("publishes one event with the types of changed records", async () => {
    const events = await app.listen();
    await edit({ applyToAll: true, updates: { plan: "Pro" }, dryRun: true });
    await edit({ applyToAll: true, updates: { plan: "Pro" } });
    await app.call("POST", "/v1/records", { body: { type: "last", name: "x" } });
    const received: string[][] = [];
    while (!received.some((types) => types.includes("last"))) {
      const next = await events.next();
      if (next?.event === "records.changed") received.push(next.data["types"] as string[]);
    }
    // Ignores late events about the creation of the records, which contain one type each.
    expect(received.filter((types) => types.length > 1)).toEqual([["customer", "lead"]]);
    await events.close();
  });

  it.each<[string, object, string, string]>([
    ["no selection", { updates: { a: 1 } }, "recordIds", "MISSING_REQUIRED_FIELD"],
    ["applyToAll and ids", { applyToAll: true, recordIds: ["a"] }, "applyToAll", "INVALID_VALUE"],
    [
      "a field that is set and deleted",
      { applyToAll: true, updates: { a: 1, b: 1 }, deleteFields: ["x", "b"] },
      "deleteFields.1",
      "INVALID_VALUE",
    ],
    [
      "a condition without a value",
      { conditions: [{ field: "a", operator: "equals" }] },
      "conditions.0.value",
      "MISSING_REQUIRED_FIELD",
    ],
    [
      "an invalid filter",
      { recordFilter: { type: "t", where: { field: "a", op: "between", value: 1 } } },
      "recordFilter.where.value",
      "INVALID_VALUE",
    ],
  ])("is refused with %s", async (_, body, path, code) => {
    const answer = await post({ updates: {}, ...body });
    expect([answer.status, answer.json.details], answer.text).toEqual([
      400,
      expect.arrayContaining([expect.objectContaining({ path, code })]),
    ]);
  });

  it("is all or nothing, with limits on records and sizes", async () => {
    const large = "x".repeat(1_200_000);
    await edit({ recordIds: [ids["bolt"]], updates: { text: large } });
    const rows = await app.call("GET", "/v1/records?includeCount=true");
    const tooLong = await post({ recordFilter: { type: "customer" }, updates: { more: large } });
    expect([tooLong.status, tooLong.json.details[0]], tooLong.text).toEqual([
      400,
      expect.objectContaining({ path: "updates", code: "TOO_BIG" }),
    ]);
    expect((await app.call("GET", "/v1/records?includeCount=true")).text).toBe(rows.text);

    await store().database.execute(sql`
      INSERT INTO records (organization_id, id, user_id, type, name, name_key, metadata, created_at, updated_at)
      SELECT 'org_local', 'record_m' || n, 'user_local', 'many', 'm' || n, 'm' || n, '{"a":1}', now(), now()
      FROM generate_series(1, ${RECORD_LIMITS.edited + 1}) AS n`);
    const many = { recordFilter: { type: "many" } };
    const tooMany = await post({ ...many, updates: { a: 2 } });
    expect([tooMany.status, tooMany.json.details[0].code]).toEqual([400, "TOO_MANY_ITEMS"]);
    const text = "x".repeat(1_000_000);
    const tooMuch = await post({
      ...many,
      conditions: [{ field: "name", operator: "contains", value: "m1" }],
      updates: { text },
    });
    expect([tooMuch.status, tooMuch.json.details[0].code]).toEqual([400, "TOO_BIG"]);
    expect(tooMuch.json.error).toContain("64 MB");
    const cut = await edit({
      recordFilter: {
        type: "many",
        where: { field: "name", op: "in", value: ["m1", "m2", "m3", "m4", "m5", "m6"] },
      },
      updates: { text },
    });
    expect([cut.truncated, cut.data.length, cut.recordIds.length]).toEqual([true, 4, 6]);
  });

  it("edits the maximum number of records", { timeout: 60_000 }, async () => {
    await insertTestRecords(store(), "many", RECORD_LIMITS.edited);
    const body = { recordFilter: { type: "many" }, updates: { a: 2 }, deleteFields: ["index"] };
    expect((await edit(body)).recordIds).toHaveLength(RECORD_LIMITS.edited);
    const { rows } = await store().database.execute(
      sql`SELECT count(*)::int AS count FROM records WHERE type = 'many' AND metadata::text = '{"a":2}'`,
    );
    expect(rows).toEqual([{ count: RECORD_LIMITS.edited }]);
  });

  it(
    "limits the text that conditions search, also for records that are given by id",
    { timeout: 60_000 },
    async () => {
      const recordIds = await insertTestRecords(store(), "long", 60);
      await store().database.execute(
        sql`UPDATE records SET metadata = json_build_object('a', repeat('ab', 250000)) WHERE type = 'long'`,
      );
      const condition = (index: number) => ({ field: "a", operator: "not_contains", value: `ababc${index}` });
      const conditions = [condition(0), condition(1), condition(2)];
      const body = { recordIds, conditions, updates: { b: 1 }, dryRun: true };
      expect((await edit(body)).recordIds).toHaveLength(60);
      const refused = await post({ ...body, conditions: Array.from({ length: 40 }, (_, i) => condition(i)) });
      expect([refused.status, refused.json.error]).toEqual([400, "The filter is too expensive."]);
    },
  );
});
