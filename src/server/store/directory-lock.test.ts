import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDataDirectory } from "./data-directory.ts";
import { lockDirectory } from "./directory-lock.ts";
import { StartupError } from "./startup-error.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flowline-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("lets one process in, and the next when it has left", () => {
  const lock = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(StartupError);
  expect(() => lockDirectory(directory)).toThrow(`process ${process.pid}`);
  lock.release();
  lockDirectory(directory).release();
});

it("takes over from a process that was killed", () => {
  const gone = spawnSync("true").pid;
  const owner = JSON.parse(describeOwner());
  writeFileSync(join(directory, "lock.7"), JSON.stringify({ ...owner, pid: gone }));
  lockDirectory(directory).release();
  expect(readdirSync(directory)).toEqual(["lock.8"]);
});

it("is not fooled by a later process with the same number", () => {
  const owner = JSON.parse(describeOwner());
  writeFileSync(join(directory, "lock.1"), JSON.stringify({ ...owner, started: "1" }));
  lockDirectory(directory).release();
});

it("respects another running process", () => {
  const other = spawn("sleep", ["60"]);
  const owner = JSON.parse(describeOwner());
  writeFileSync(join(directory, "lock.1"), JSON.stringify({ ...owner, pid: other.pid, started: undefined }));
  expect(() => lockDirectory(directory)).toThrow(`process ${other.pid}`);
  other.kill();
});

it("lets only one of many take over at once", () => {
  writeFileSync(join(directory, "lock.1"), "not a lock");
  const locks = Array.from({ length: 10 }, () => {
    try {
      return lockDirectory(directory);
    } catch {
      return undefined;
    }
  });
  expect(locks.filter((lock) => lock !== undefined)).toHaveLength(1);
  for (const lock of locks) lock?.release();
});

it("says why a directory cannot be used", () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  expect(() => openDataDirectory(join(file, "data"))).toThrow(/cannot be written \(ENOTDIR\)/);
});

/** What this process writes into a lock. */
function describeOwner(): string {
  const lock = lockDirectory(directory);
  const [name = ""] = readdirSync(directory);
  const text = readFileSync(join(directory, name), "utf8");
  lock.release();
  rmSync(join(directory, name));
  return text;
}
