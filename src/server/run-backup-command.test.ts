import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readServerConfig } from "#server/config/config.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { runBackupCommand } from "./run-backup-command.ts";

let directory: string;
let said: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flowline-backup-"));
  said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** Returns a port that refuses connections. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it("the backup keeps the last good file while the database is away, and replaces a file only with --replace", async () => {
  const file = join(directory, "all.backup");
  writeFileSync(file, "the last good one");
  const config = readServerConfig({ DATABASE_URL: `postgres://127.0.0.1:${await findClosedPort()}/none` });
  await expect(runBackupCommand({ name: "backup", file, replace: true }, config)).rejects.toThrow(
    /^The database of FLOWLINE_DATABASE_URL cannot be used/,
  );
  await expect(runBackupCommand({ name: "backup", file, replace: false }, config)).rejects.toThrow(
    `${file} already exists. Choose another name, or replace it with --replace.`,
  );
  await expect(runBackupCommand({ name: "backup", file: directory, replace: true }, config)).rejects.toThrow(
    `${directory} is not a file.`,
  );
  expect(readFileSync(file, "utf8")).toBe("the last good one");
  expect(readdirSync(directory)).toEqual(["all.backup"]);
});

it("the restore says that a backup of an older version has no checksum", async () => {
  const file = join(directory, "old.backup");
  const header = { format: "flowline-backup", version: 1, schema: 1, createdAt: "2026-01-01T00:00:00.000Z" };
  writeFileSync(file, gzipSync(`${JSON.stringify(header)}\n{"rows":{}}\n`));
  const config = readServerConfig({ DATA_DIR: await unpackTestStore(join(directory, "data")) });
  await runBackupCommand({ name: "restore", file, continueBatches: false }, config);
  expect(said).toContain("Restored 0 rows of the backup of 2026-01-01T00:00:00.000Z.\n");
  expect(said).toContain("The backup has no checksum, because an older version wrote it.");
});
