import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const copy = mkdtempSync(join(tmpdir(), "flowline-setup-"));
beforeAll(() => {
  for (const name of ["src/server", "e2e/checks", "package.json"])
    cpSync(name, join(copy, name), { recursive: true });
  for (const name of ["public", "index.html", "vite.config.ts", "package-lock.json"])
    writeFileSync(join(copy, name), "");
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const ENTRIES = ["src/server/start.mjs", "e2e/checks/run.mjs"];

/** Runs an entry of the copy, which has no packages, as if in another version of Node. */
function runEntry(entry: string, version = process.versions.node) {
  const versions = JSON.stringify({ ...process.versions, node: version });
  const preload = `data:text/javascript,Object.defineProperty(process,"versions",{value:${encodeURIComponent(versions)}})`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", preload, entry], {
    cwd: copy,
    encoding: "utf8",
  });
  return { status, text: stdout + stderr };
}

it.each(ENTRIES)("%s names the supported versions of Node on another one", (entry) => {
  for (const version of ["18.20.8", "20.18.3", "21.7.3", "22.11.0", "23.5.0"])
    expect(runEntry(entry, version)).toEqual({
      status: 2,
      text: `Flowline needs Node 20 (from 20.19), 22 (from 22.12), 24 or newer, but this is ${version}. Install Node 22, then run “npm ci” again.\n`,
    });
});

it.each(ENTRIES)("%s names the command that installs missing packages", (entry) => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  for (const version of ["20.19.0", "22.12.0", "24.0.0", "26.1.0"])
    expect(runEntry(entry, version)).toEqual({
      status: 2,
      text: `Packages are not installed (${names[0]} and ${names.length - 1} more). Run “npm ci” first.\n`,
    });
  for (const name of names.slice(0, -1)) {
    mkdirSync(join(copy, "node_modules", name), { recursive: true });
    writeFileSync(join(copy, "node_modules", name, "package.json"), "{}");
  }
  expect(runEntry(entry).text).toBe(`Packages are not installed (${names.at(-1)}). Run “npm ci” first.\n`);
  rmSync(join(copy, "node_modules"), { recursive: true });
});
