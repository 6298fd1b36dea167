import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { openEmbeddedStore } from "./embedded-store.ts";
import { openPgliteInstance } from "./embedded-client.ts";
import { StartupError } from "#server/domain/startup-error.ts";

const root = mkdtempSync(join(tmpdir(), "flowline-store-"));
const preparedDirectory = join(root, "made");
const directory = join(root, "data");
const store = join(directory, "store");

const open = (path = directory) =>
  openEmbeddedStore(path, { onLost: () => undefined, onWait: () => undefined, onTrouble: () => undefined });

async function findReason(): Promise<string> {
  const failure = await open().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StartupError);
  const { message } = failure as Error;
  expect(message.split("\n")).toHaveLength(1);
  return message;
}

function listFilesAccessibleToOthers(path: string): readonly string[] {
  const names = readdirSync(path, { recursive: true, encoding: "utf8" });
  return ["", ...names].filter((name) => (lstatSync(join(path, name)).mode & 0o077) !== 0);
}

let flowsAtFirst: unknown;
let hasSeenIncompleteCluster = false;
beforeAll(async () => {
  await unpackTestStore(preparedDirectory);
  await (await open(preparedDirectory)).close();
  rmSync(preparedDirectory, { recursive: true });
  // The cluster gets its databases and then its version within one synchronous call.
  const has = (path: string) => existsSync(join(preparedDirectory, "store.new", path));
  const timer = setInterval(() => (hasSeenIncompleteCluster ||= has("base") && !has("PG_VERSION")), 5);
  const first = await open(preparedDirectory);
  clearInterval(timer);
  flowsAtFirst = (await first.database.execute(sql`SELECT count(*) AS flows FROM flows`)).rows;
  await first.close();
});
beforeEach(() => {
  rmSync(directory, { recursive: true, force: true });
  cpSync(preparedDirectory, directory, { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("the files of a store are accessible only to their owner from the first start", () => {
  expect(listFilesAccessibleToOthers(preparedDirectory)).toEqual([]);
});

it("the files of a store become private when it is opened, and other files in the data directory stay as they are", async () => {
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    const path = join(directory, name);
    chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o666);
  }
  const notes = join(directory, "notes.txt");
  writeFileSync(notes, "mine");
  for (const [path, mode] of [
    [notes, 0o644],
    [directory, 0o755],
  ] as const)
    chmodSync(path, mode);
  await (await open()).close();
  expect(listFilesAccessibleToOthers(directory)).toEqual(["", "notes.txt"]);
  expect([statSync(directory), statSync(notes)].map(({ mode }) => mode & 0o777)).toEqual([0o755, 0o644]);
});

describe("the server refuses to start, and creates no new store, if", () => {
  it("the store's directory is missing", async () => {
    rmSync(store, { recursive: true });
    expect(await findReason()).toMatch(/^The store in .* is missing although .* held a store before/);
    expect(readdirSync(directory)).not.toContain("store");
  });

  it("the store's directory was emptied", async () => {
    rmSync(store, { recursive: true });
    mkdirSync(store);
    expect(await findReason()).toMatch(/is not whole \(PG_VERSION is missing\)/);
    expect(readdirSync(store)).toEqual([]);
  });

  it("all tables were dropped", { tags: ["full"] }, async () => {
    await change("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    expect(await findReason()).toMatch(/has lost its tables although/);
  });

  it("one table was dropped", async () => {
    await change("DROP TABLE step_results");
    expect(await findReason()).toMatch(/table step_results .* cannot be read \(relation .* does not exist\)/);
  });

  it("the file of a table was removed", { tags: ["full"] }, async () => {
    const file = await pathOf("flows");
    rmSync(join(store, file));
    expect(await findReason()).toMatch(/flows.*could not open file/);
  });

  it("the file of a table was overwritten", async () => {
    const file = await pathOf("schema_migrations");
    writeFileSync(join(store, file), Buffer.alloc(8192, "x"));
    expect(await findReason()).toMatch(/invalid page/);
  });

  it("the file of a partition was overwritten", { tags: ["full"] }, async () => {
    const file = await pathOf("step_results_default");
    writeFileSync(join(store, file), Buffer.alloc(8192, "x"));
    expect(await findReason()).toMatch(/table step_results_default .* cannot be read \(invalid page/);
  });

  it("the control file or the log is unreadable", async () => {
    const control = readFileSync(join(store, "global", "pg_control"));
    writeFileSync(join(store, "global", "pg_control"), Buffer.alloc(control.length, "x"));
    expect(await findReason()).toMatch(/^The store in .* cannot be opened \(.*incompatible/);
    writeFileSync(join(store, "global", "pg_control"), control);
    for (const name of readdirSync(join(store, "pg_wal")))
      if (/^[\dA-F]{24}$/.test(name)) rmSync(join(store, "pg_wal", name));
    expect(await findReason()).toMatch(/^The store in .* cannot be opened \(.*checkpoint record/);
  });
});

it("the server creates a new store after the whole data directory was removed", () => {
  expect(flowsAtFirst).toEqual([{ flows: 0 }]);
});

it("the server's event loop goes on while a new store is created", () => {
  expect(hasSeenIncompleteCluster).toBe(true);
});

async function change(statements: string): Promise<void> {
  const { instance } = await openPgliteInstance(store);
  await instance.exec(statements);
  await instance.close();
}

async function pathOf(table: string): Promise<string> {
  const { instance } = await openPgliteInstance(store);
  const { rows } = await instance.query<{ path: string }>(
    "SELECT pg_relation_filepath($1::regclass) AS path",
    [table],
  );
  await instance.close();
  return rows[0]?.path ?? "";
}
