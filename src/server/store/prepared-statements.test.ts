import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PGLITE_OPTIONS } from "./embedded-client.ts";
import { PreparedStatements } from "./prepared-statements.ts";

let instance: PGlite;
let statements: PreparedStatements;
beforeAll(async () => {
  instance = await PGlite.create(PGLITE_OPTIONS);
  statements = new PreparedStatements(instance);
  await instance.exec(`
    CREATE TABLE items (id int PRIMARY KEY, name text, tags text[], data json, big bigint, at timestamptz(3));
    INSERT INTO items VALUES (1, 'first', '{a,"b c"}', '{"b":1, "a":2}', 9007199254740991, '2026-01-02T03:04:05.678Z')`);
});
afterAll(() => instance.close());

it("answers a prepared statement exactly like PGlite, in both row modes", async () => {
  const cases: readonly (readonly [string, unknown[]])[] = [
    ["SELECT * FROM items WHERE id = $1", [1]],
    ["SELECT * FROM items WHERE id = $1", [404]],
    ["SELECT $1::text AS a, $2::int[] AS b, $3::json AS c, $4::bool AS d", ["it's \\", [1, 2], "{}", true]],
    ["SELECT $1::text AS a, $2::timestamptz AS b", [null, new Date(0)]],
    [
      "SELECT $1::text AS a, $2::json AS b",
      ["é€👩‍🚀".repeat(500), `{"b":"${"x".repeat(2_000)}", "a":"\\u0001"}`],
    ],
    ["UPDATE items SET name = $1, tags = $2 WHERE id = $3 RETURNING tags", ["x", ["p", 'q"'], 1]],
    ["UPDATE items SET name = $1 WHERE id = $2", ["y", 404]],
    ["WITH gone AS (DELETE FROM items WHERE id = $1 RETURNING id) SELECT count(*) FROM gone", [404]],
    ["INSERT INTO items (id) VALUES ($1) ON CONFLICT DO NOTHING", [1]],
  ];
  for (const [text, values] of cases) {
    for (const rowMode of ["object", "array"] as const) {
      const plain = await instance.query(text, values, { rowMode });
      for (let round = 0; round < 3; round += 1) {
        const { rows, fields, affectedRows } = await statements.query(text, values, { rowMode });
        expect({ rows, fields, affectedRows }).toEqual({
          rows: plain.rows,
          fields: plain.fields,
          affectedRows: plain.affectedRows,
        });
      }
    }
  }
});

it("reports the error of a prepared statement, and runs later statements", async () => {
  const insert = (id: unknown) => statements.query("INSERT INTO items (id, name) VALUES ($1, 'n')", [id]);
  await insert(10);
  await insert(11);
  await expect(insert(11)).rejects.toMatchObject({ code: "23505" });
  await expect(insert("no number")).rejects.toMatchObject({ code: "22P02" });
  const setData = (data: string) => statements.query("UPDATE items SET data = $1 WHERE id = 10", [data]);
  for (let round = 0; round < 3; round += 1)
    await expect(setData("[".repeat(2_000))).rejects.toMatchObject({ code: "22P02" });
  await insert(12);
  const failed = statements.transaction(async (tx) => {
    await tx.query("INSERT INTO items (id, name) VALUES ($1, 'n')", [13]);
    await tx.query("INSERT INTO items (id, name) VALUES ($1, 'n')", [12]);
  });
  await expect(failed).rejects.toMatchObject({ code: "23505" });
  const { rows } = await statements.query("SELECT id FROM items WHERE id > 9 ORDER BY id");
  expect(rows).toEqual([{ id: 10 }, { id: 11 }, { id: 12 }]);
});

it("prepares a statement again after its table has changed", async () => {
  await instance.exec("CREATE TABLE altered (id int)");
  const read = () => statements.query("SELECT * FROM altered");
  for (let round = 0; round < 3; round += 1) await read();
  await instance.exec("ALTER TABLE altered ADD COLUMN name text");
  await read().catch(() => undefined);
  await read();
  expect((await read()).fields.map(({ name }) => name)).toEqual(["id", "name"]);
});

it("keeps a bounded number of statements prepared", async () => {
  for (let index = 0; index < 300; index += 1) {
    for (let round = 0; round < 2; round += 1)
      expect((await statements.query(`SELECT ${index} AS n`)).rows).toEqual([{ n: index }]);
  }
  const { rows } = await instance.query<{ count: number }>("SELECT count(*) FROM pg_prepared_statements");
  expect(rows[0]?.count).toBeLessThanOrEqual(256);
  expect(rows[0]?.count).toBe(statements.size);
});

it("runs a statement outside of a transaction only after the transaction has ended", async () => {
  const order: string[] = [];
  const inside = statements.transaction(async (tx) => {
    await tx.query("UPDATE items SET name = $1 WHERE id = 1", ["inside"]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push("committed");
  });
  const outside = statements.query<{ name: string }>("SELECT name FROM items WHERE id = 1").then((found) => {
    order.push("read");
    return found.rows[0]?.name;
  });
  await inside;
  expect(await outside).toBe("inside");
  expect(order).toEqual(["committed", "read"]);
});
