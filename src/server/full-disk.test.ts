import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { buildTestServer } from "#server/testing/build-test-server.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { canRunTool } from "#server/testing/optional-tool.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import {
  type ServerProcess,
  runServerUntilExit,
  startServerProcess,
} from "#server/testing/server-process.ts";

const root = mkdtempSync(join(tmpdir(), "flowline-disk-"));
const disk = join(root, "disk");
const newStore = join(root, "made");
mkdirSync(disk);
// Mounts a small disk, which requires root.
const isMounted = canRunTool("a full disk", ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk]);

let main: string;
const ROUNDS = process.env["FULL_RUN"] === undefined ? 1 : 3;
let server: ServerProcess | undefined;
beforeEach(async () => {
  if (isMounted) cpSync(newStore, join(disk, "data"), { recursive: true });
  if (isMounted) server = await startServerProcess(main, { env: { DATA_DIR: join(disk, "data") } });
});
afterEach(async () => {
  if (isMounted) expect(await server?.end("SIGTERM")).toBe(0);
  rmSync(join(disk, "data"), { recursive: true, force: true });
});
beforeAll(async () => {
  if (!isMounted) return;
  main = await buildTestServer();
  await unpackTestStore(newStore);
});
afterAll(async () => {
  if (isMounted) spawnSync("umount", [disk]);
  rmSync(root, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${server?.url}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
}

/** Fills the disk up to `left` free bytes. Returns a function that frees the space again. */
function fillDisk(left = 0): () => void {
  const path = join(disk, "filling");
  const file = openSync(path, "w");
  const piece = Buffer.alloc(256 * 1024);
  const free = () => {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize;
  };
  try {
    while (free() > left) writeSync(file, piece);
  } catch {}
  closeSync(file);
  return () => rmSync(path);
}

it.skipIf(!isMounted)(
  "the server reports a full disk, loses no saved data, and recovers once there is space",
  async () => {
    const big = buildStep("big", {
      type: "transform-data",
      config: { script: "return 'x'.repeat(900_000) + _record.name", outputVariable: "big" },
    });
    const flow = (await call("POST", "/v1/flows", buildFlow("Large outputs", [big]))).json;
    const recordIds: string[] = [];
    for (let number = 0; number < 20; number += 1) {
      const record = { type: "disk", name: `record ${number}` };
      recordIds.push((await call("POST", "/v1/records", record)).json.id);
    }
    const free = fillDisk();
    const batch = await call("POST", "/v1/batch/flow", { flowId: flow.id, recordIds });
    await expect
      .poll(async () => (await call("PUT", `/v1/flows/${flow.id}`, { description: noise() })).json.details, {
        timeout: 30_000,
      })
      .toMatchObject([{ code: "DISK_FULL", message: expect.stringContaining("Nothing was changed") }]);
    const shown = await call("GET", `/v1/flows/${flow.id}`);
    expect([shown.status, shown.json.name]).toEqual([200, "Large outputs"]);

    free();
    const id =
      batch.json.batchExecutionId ??
      (await call("POST", "/v1/batch/flow", { flowId: flow.id, recordIds })).json.batchExecutionId;
    await expect
      .poll(async () => (await call("GET", `/v1/batch/status/${id}`)).json.status, { timeout: 60_000 })
      .toBe("completed");
    const results = await call("GET", `/v1/flows/${flow.id}/step-results?batchId=${id}&limit=100`);
    const done = results.json.data.map(({ recordId }: { recordId: string }) => recordId);
    expect(done.toSorted()).toEqual(recordIds.toSorted());
  },
);

it.skipIf(!isMounted)(
  "the server loses no acknowledged write when other programs fill the disk during writes",
  { timeout: 240_000 },
  async () => {
    const { id } = (await call("POST", "/v1/flows", buildFlow("Storm", [buildStep("a")]))).json;
    let acknowledged = "Storm";
    let refused = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      let free: (() => void) | undefined;
      for (let save = 0; save < 12; save += 1) {
        const name = `Storm ${round} ${save}`;
        const write = call("PUT", `/v1/flows/${id}`, { name, description: noise() });
        if (save === 4) free = fillDisk();
        const { status } = await write;
        if (status === 200) acknowledged = name;
        else refused += 1;
        expect([200, 507]).toContain(status);
      }
      expect((await call("GET", `/v1/flows/${id}`)).json.name).toBe(acknowledged);
      free?.();
      expect((await call("PUT", `/v1/flows/${id}`, { name: "Free again" })).status).toBe(200);
      acknowledged = "Free again";
    }
    expect(refused).toBeGreaterThan(0);
    await server?.end("SIGKILL");
    server = await startServerProcess(main, { env: { DATA_DIR: join(disk, "data") } });
    expect((await call("GET", `/v1/flows/${id}`)).json.name).toBe(acknowledged);
  },
);

it.skipIf(!isMounted)("the server refuses to create a store on a disk with too little space", async () => {
  await server?.end("SIGTERM");
  const free = fillDisk(60 * 1024 * 1024);
  const { code, stderr } = await runServerUntilExit(main, { DATA_DIR: join(disk, "other") });
  free();
  expect(stderr).toMatch(/^The disk of the data directory .* is full: \d+ MB more must be free\..*\n$/);
  expect(code).toBe(2);
});

function noise(): string {
  return randomBytes(750_000).toString("base64");
}
