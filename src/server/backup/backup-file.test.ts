import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type BackupEntry, readBackupFile, writeBackupFile } from "./backup-file.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flowline-backup-"));
  path = join(directory, "all.backup");
});

afterEach(() => rmSync(directory, { recursive: true }));

async function* createEntries(beforeEnd: () => void = () => undefined): AsyncGenerator<BackupEntry> {
  yield { type: "header", header: { schema: 1, createdAt: "2026-11-27T06:00:00.000Z" } };
  beforeEnd();
  yield { type: "end", rows: {} };
}

async function expectWholeBackup() {
  const read: string[] = [];
  for await (const { type } of readBackupFile({ path })) read.push(type);
  expect(read).toEqual(["header", "end"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
}

it("a backup replaces a file only when it is complete, and leaves no partial file after a failure", async () => {
  writeFileSync(path, "the last good one", { mode: 0o644 });
  const failing = createEntries(() => {
    throw new Error("lost");
  });
  await expect(writeBackupFile({ path }, failing)).rejects.toThrow("lost");
  await expect(writeBackupFile({ path: join(directory, "none", "x") }, createEntries())).rejects.toThrow(
    "ENOENT",
  );
  expect(readFileSync(path, "utf8")).toBe("the last good one");
  expect(readdirSync(directory)).toEqual(["all.backup"]);
  await writeBackupFile({ path }, createEntries());
  await expectWholeBackup();
});

it("a backup overwrites a partial file of an ended process, and does not keep its permissions", async () => {
  writeFileSync(`${path}.partial`, "left over".repeat(1000), { mode: 0o644 });
  await writeBackupFile({ path }, createEntries());
  await expectWholeBackup();
  expect(readdirSync(directory)).toEqual(["all.backup"]);
});

it("a backup fails, and touches no file, if another one to the same file began meanwhile", async () => {
  const overtaken = createEntries(() => {
    rmSync(`${path}.partial`);
    writeFileSync(`${path}.partial`, "of the other backup");
  });
  await expect(writeBackupFile({ path }, overtaken)).rejects.toThrow(
    `${path} was not written: another backup to the same file began meanwhile.`,
  );
  expect(readdirSync(directory)).toEqual(["all.backup.partial"]);
  expect(readFileSync(`${path}.partial`, "utf8")).toBe("of the other backup");
});
