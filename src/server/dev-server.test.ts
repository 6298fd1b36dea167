import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { findFreePort } from "#server/testing/postgres-server.ts";

const PATIENCE = { timeout: 120_000 };
const copy = mkdtempSync(join(tmpdir(), "flowline-dev-"));
let vite: ChildProcess;
let url: string;

/**
 * Copies the project, with links to its packages: Vite writes its own cache beside them and does not watch them. Without the
 * page, it does not bundle the packages of the client.
 */
function copyProject(): void {
  for (const name of ["src", "public", "package.json", "tsconfig.json", "vite.config.ts"])
    cpSync(name, join(copy, name), { recursive: true });
  mkdirSync(join(copy, "node_modules"));
  for (const name of readdirSync("node_modules").filter((entry) => !/^\.(?:vite|cache)/.test(entry)))
    symlinkSync(join(process.cwd(), "node_modules", name), join(copy, "node_modules", name));
}

function editFile(path: string, before: string, after: string): void {
  const file = join(copy, path);
  const text = readFileSync(file, "utf8");
  expect(text).toContain(before);
  writeFileSync(file, text.replace(before, after));
}

const call = async (path: string, body?: unknown) => {
  const response = await fetch(
    url + path,
    body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
  );
  return { status: response.status, text: await response.text() };
};

beforeAll(async () => {
  copyProject();
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}`;
  const settings = {
    FLOWLINE_PORT: String(port),
    FLOWLINE_DATA_DIR: await unpackTestStore(join(copy, "data")),
    FLOWLINE_SEED: "0",
  };
  vite = spawn(process.execPath, ["node_modules/vite/bin/vite.js"], {
    cwd: copy,
    env: { PATH: process.env["PATH"], FLOWLINE_LOG_LEVEL: "silent", ...settings },
    stdio: "ignore",
  });
});
afterAll(async () => {
  const ended = once(vite, "exit");
  vite.kill();
  await ended;
  rmSync(copy, { recursive: true, force: true });
});

it("`npm run dev` answers from an edited route and keeps the store", async () => {
  await expect.poll(() => call("/healthz").catch(() => undefined), PATIENCE).toMatchObject({ status: 200 });
  const { text } = await call("/v1/flows", { name: "Kept", prompts: [] });
  const { id } = JSON.parse(text);
  const readName = async () => JSON.parse((await call(`/v1/flows/${id}`)).text).name;

  editFile(
    "src/server/http/mount-probes.ts",
    "JSON.stringify({ ok: true, progress",
    'JSON.stringify({ ok: "edited", progress',
  );
  await expect
    .poll(() => call("/healthz"), PATIENCE)
    .toMatchObject({ text: expect.stringContaining("edited") });
  expect(await readName()).toBe("Kept");
  expect(await call("/metrics")).toMatchObject({ status: 200, text: expect.stringContaining("flowline_") });

  editFile(
    "src/server/store/embedded-store.ts",
    "await database.execute(sql`SELECT 1`)",
    'throw new Error("edited")',
  );
  await expect.poll(() => call("/readyz"), PATIENCE).toMatchObject({ status: 503 });
  expect(await readName()).toBe("Kept");
});
