import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestStore } from "#server/testing/open-test-store.ts";
import {
  type RecordFieldCondition,
  type RecordFilterExpression,
  compileRecordFilter,
} from "./record-fields.ts";
import { readRecordPage } from "./record-page.ts";
import { FilterTooCostlyError, scanRecordsInWindows } from "./record-scan.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await addRecords("short", 200, 1000);
});
afterAll(() => store.close());

const addRecords = (type: string, count: number, length: number) =>
  store.database.execute(sql`
    INSERT INTO records (organization_id, id, user_id, type, name, name_key, metadata, created_at, updated_at)
    SELECT 'org_local', ${type} || n, 'user_local', ${type}, 'n' || n, 'n' || n,
      json_build_object('text', repeat('x', ${length}::integer)), now(), now() + n * interval '1 second'
    FROM generate_series(1, ${count}::integer) AS n`);

const anyOf = (fields: readonly string[], test: RecordFieldCondition) =>
  compileRecordFilter({
    join: "or",
    items: fields.map((field): RecordFilterExpression => ({ field, test })),
  });
const joined = (...ops: readonly ("contains" | "endsWith")[]) =>
  compileRecordFilter({
    join: "or",
    items: ops.map((op) => ({ field: "text", test: { op, value: "none" } })),
  });

const scanLong = async (count: number) => {
  await addRecords("long", count, 2_000_000);
  const query = {
    type: "long",
    where: joined("contains"),
    direction: "next",
    from: undefined,
    limit: 10,
  } as const;
  expect(await readRecordPage(store, "org_local", query)).toEqual({ rows: [], isMore: false });
};

it("a record filter with one condition may scan forty megabytes of text", () => scanLong(20));

it("a record filter with one condition may scan 260 megabytes of text", { tags: ["full"] }, async () => {
  await store.database.execute(sql`DELETE FROM records WHERE type = 'long'`);
  await scanLong(130);
});

const scan = async (where: ReturnType<typeof joined>, limits: { read: number; added: number }) => {
  const order = { by: "updatedAt", isUp: false, from: undefined, most: 50, limits } as const;
  let windows = 0;
  const selection = { type: "short", where };
  for await (const _ of scanRecordsInWindows(store.database, "org_local", selection, order)) windows += 1;
  return windows;
};

it("a refused record filter reports whether the conditions or the amount of text exceed the limit", async () => {
  const room = { read: 1_200_000, added: 300_000 };
  expect(await scan(joined("contains"), room)).toBe(4);
  expect(await scan(joined("endsWith"), room)).toBe(4);
  expect(await scan(joined("contains", "contains"), room)).toBe(4);
  const refused = scan(joined("contains", "contains", "contains"), room);
  await expect(refused).rejects.toThrow("too many conditions for this many records");
  const short = scan(joined("contains"), { ...room, read: 500_000 });
  await expect(short).rejects.toThrow(FilterTooCostlyError);
  await expect(short).rejects.toThrow("too much text to search in one request");
});

it("a record filter reads fewer records at once if its fields are paths or invalid column names", async () => {
  const room = { read: Infinity, added: Infinity };
  const windows = (fields: readonly string[]) => scan(anyOf(fields, { op: "eq", value: "none" }), room);
  const list = (of: (index: number) => string) => Array.from({ length: 250 }, (_, index) => of(index));
  const plain = await windows(list((index) => `c${index}`));
  expect(await windows(list((index) => `a.b.c${index}`))).toBeGreaterThan(2 * plain);
  expect(await windows(list((index) => `${index}`.padStart(64, "k")))).toBeGreaterThan(2 * plain);
  expect(await windows(list(() => "a.b.c"))).toBe(plain);
});

it("a record filter reads fewer records at once if it searches for a long text", async () => {
  const windows = (op: "contains" | "notContains", length: number) =>
    scan(anyOf(["text"], { op, value: `b${"a".repeat(length)}` }), { read: Infinity, added: Infinity });
  expect(await windows("contains", 30)).toBe(4);
  expect(await windows("contains", 4999)).toBeGreaterThan(4);
  expect(await windows("notContains", 4999)).toBeGreaterThan(4);
});
