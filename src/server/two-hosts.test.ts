import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildTestServer } from "#server/testing/build-test-server.ts";
import { canRunTool } from "#server/testing/optional-tool.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import {
  type ServerProcess,
  runServerUntilExit,
  startServerProcess,
} from "#server/testing/server-process.ts";

// Simulates another host by a mount namespace with another boot id. Requires root.
const AS_HOST = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"',
];
const canSeem = canRunTool("two hosts", [...AS_HOST, "/dev/null", "true"]);

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-hosts-"));
beforeAll(async () => {
  if (!canSeem) return;
  main = await buildTestServer();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function onHost(name: string): readonly string[] {
  const bootId = join(root, `boot-${name}`);
  writeFileSync(bootId, `boot of host ${name}\n`);
  return [...AS_HOST, bootId];
}

function hideSockets(directory: string): void {
  for (const name of readdirSync(directory)) if (name.startsWith("socket-")) rmSync(join(directory, name));
}

async function call(server: ServerProcess, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { connection: "close" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

async function end({ child }: ServerProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill("SIGTERM");
  await once(child, "exit");
  return child.exitCode;
}

describe.skipIf(!canSeem).concurrent("two hosts on one data directory", () => {
  it("two hosts cannot open a data directory at the same time", { timeout: 240_000 }, async () => {
    const directory = await unpackTestStore(join(root, "beside"));
    const first = await startServerProcess(main, { env: { DATA_DIR: directory }, through: onHost("a") });
    const second = () => runServerUntilExit(main, { DATA_DIR: directory, SEED: "0" }, onHost("b"));
    expect(await second()).toMatchObject({ code: 2, stderr: expect.stringContaining("in use") });
    hideSockets(directory);
    expect(await second()).toMatchObject({ code: 2, stderr: expect.stringContaining("in use") });
    expect((await call(first, "POST", "/v1/flows", { name: "Alone" })).status).toBe(201);
    expect(await end(first)).toBe(0);
  });

  it(
    "two hosts never both acknowledge writes, even if the first was only paused",
    { timeout: 240_000, tags: ["full"] },
    async () => {
      const directory = await unpackTestStore(join(root, "paused"));
      const first = await startServerProcess(main, { env: { DATA_DIR: directory }, through: onHost("c") });
      const { json: flow } = await call(first, "POST", "/v1/flows", { name: "Before" });
      hideSockets(directory);
      first.child.kill("SIGSTOP");
      const late = Array.from({ length: 5 }, (_, index) =>
        call(first, "PUT", `/v1/flows/${flow.id}`, { name: `Late ${index}` }).catch(() => ({ status: 0 })),
      );
      const second = await startServerProcess(main, { env: { DATA_DIR: directory }, through: onHost("d") });
      expect((await call(second, "GET", `/v1/flows/${flow.id}`)).json.name).toBe("Before");
      expect((await call(second, "PUT", `/v1/flows/${flow.id}`, { name: "Taken over" })).status).toBe(200);
      const gone = once(first.child, "exit");
      first.child.kill("SIGCONT");
      for (const { status } of await Promise.all(late)) expect([0, 503]).toContain(status);
      expect((await gone)[0]).toBe(2);
      for (let save = 0; save < 20; save += 1)
        expect((await call(second, "PUT", `/v1/flows/${flow.id}`, { name: `Save ${save}` })).status).toBe(
          200,
        );
      expect(await end(second)).toBe(0);
      const third = await startServerProcess(main, { env: { DATA_DIR: directory }, through: onHost("d") });
      expect((await call(third, "GET", `/v1/flows/${flow.id}`)).json.name).toBe("Save 19");
      expect(await end(third)).toBe(0);
    },
  );
});
