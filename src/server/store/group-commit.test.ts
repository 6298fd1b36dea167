import { PGlite } from "@electric-sql/pglite";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Database, DatabaseTransaction } from "./database.ts";
import { PGLITE_OPTIONS } from "./embedded-client.ts";
import { EmbeddedFlowChanges } from "./flow-changes.ts";
import { GroupCommit } from "./group-commit.ts";
import { PreparedStatements } from "./prepared-statements.ts";

let transactions = 0;

class CountingStatements extends PreparedStatements {
  override transaction<T>(work: Parameters<PreparedStatements["transaction"]>[0]): Promise<T> {
    transactions += 1;
    return super.transaction(work) as Promise<T>;
  }
}

let instance: PGlite;
let database: Database;
let flowChanges: EmbeddedFlowChanges;
let commits: GroupCommit;
beforeAll(async () => {
  instance = await PGlite.create(PGLITE_OPTIONS);
  await instance.exec(`
    CREATE TABLE items (id int PRIMARY KEY);
    CREATE TABLE parts (item int REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED)`);
  const statements = new CountingStatements(instance);
  flowChanges = new EmbeddedFlowChanges();
  database = drizzle(statements as unknown as PGlite, { logger: flowChanges });
});
afterAll(() => instance.close());
beforeEach(async () => {
  await instance.exec("DELETE FROM parts; DELETE FROM items");
  transactions = 0;
  commits = new GroupCommit(database, flowChanges, Number.POSITIVE_INFINITY);
});

const insert = (tx: DatabaseTransaction, id: number) => tx.execute(sql`INSERT INTO items VALUES (${id})`);
const listIds = async () => {
  const { rows } = await database.execute(sql`SELECT id FROM items ORDER BY id`);
  return rows.map((row) => row["id"]);
};
const write = (id: number) => commits.write(async (tx) => (await insert(tx, id), id));

it("commits writes that arrive together in few transactions, and in their order", async () => {
  const done: number[] = [];
  const ids = Array.from({ length: 20 }, (_, index) => index);
  await Promise.all(ids.map(async (id) => done.push(await write(id))));
  expect(done).toEqual(ids);
  expect(await listIds()).toEqual(ids);
  // Expects one transaction for the first write, and one for the others, which arrive during the first
  // commit.
  expect(transactions).toBe(2);
});

it("rejects only the write that fails, at any position in its group", async () => {
  for (const place of [0, 1, 4]) {
    await instance.exec("DELETE FROM items");
    const outcomes = await Promise.allSettled(
      [0, 1, 2, 3, 4].map((id) =>
        commits.write(async (tx) => {
          await insert(tx, id);
          await insert(tx, id + 100);
          if (id === place) await insert(tx, id);
          return id;
        }),
      ),
    );
    expect(outcomes.flatMap(({ status }, id) => (status === "rejected" ? [id] : []))).toEqual([place]);
    const others = [0, 1, 2, 3, 4].filter((id) => id !== place);
    expect(await listIds()).toEqual([...others, ...others.map((id) => id + 100)]);
  }
});

it("rejects a write that ignores the failure of its statement", async () => {
  const hiding = (id: number) =>
    commits.write(async (tx) => {
      await insert(tx, id);
      await insert(tx, id).catch(() => undefined);
    });
  const outcomes = await Promise.allSettled([hiding(1), write(2), hiding(3), write(4)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
  expect(await listIds()).toEqual([2, 4]);
});

it("rejects all writes of a group whose commit fails, and stores none of them", async () => {
  const alone = write(0);
  const orphan = commits.write((tx) => tx.execute(sql`INSERT INTO parts VALUES (404)`));
  const outcomes = await Promise.allSettled([alone, write(1), orphan, write(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
  expect(await listIds()).toEqual([0]);
  expect(await write(3)).toBe(3);
});

it("acknowledges no write before the commit", async () => {
  const order: string[] = [];
  const read = async () => order.push(`read ${(await listIds()).length}`);
  const reads: Promise<unknown>[] = [];
  const alone = write(0);
  const slow = commits.write(async (tx) => {
    await insert(tx, 1);
    reads.push(read());
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push("ran");
  });
  const first = slow.then(() => order.push("first"));
  const second = write(2).then(() => order.push("second"));
  await Promise.all([alone, first, second]);
  await Promise.all(reads);
  expect(order[0]).toBe("ran");
  expect(order).toContain("read 3");
});
