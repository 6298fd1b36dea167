import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { type ServerProcess, buildTestServer, startServer } from "#server/testing/server-process.ts";

const root = mkdtempSync(join(tmpdir(), "flowline-disk-"));
const disk = join(root, "disk");
mkdirSync(disk);
// A disk of its own, small enough to be filled. It takes root; elsewhere this is left out.
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", disk]).status === 0;

let main: string;
let server: ServerProcess | undefined;
beforeAll(async () => {
  if (isMounted) main = await buildTestServer();
});
afterAll(async () => {
  await server?.end("SIGTERM");
  if (isMounted) spawnSync("umount", [disk]);
  for (const path of [root, ...(isMounted ? [dirname(main)] : [])])
    rmSync(path, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${server?.url}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
}

/** Writes until nothing more fits. Returns what frees it. */
function fillDisk(): () => void {
  const path = join(disk, "filling");
  const file = openSync(path, "w");
  const piece = Buffer.alloc(256 * 1024);
  try {
    for (;;) writeSync(file, piece);
  } catch {
    closeSync(file);
  }
  return () => rmSync(path);
}

it.skipIf(!isMounted)("says that the disk is full, loses nothing, and goes on once it is not", async () => {
  server = await startServer(main, { env: { DATA_DIR: join(disk, "data") } });
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
  // What there is room for in the store's own files still goes in; the rest waits.
  const batch = await call("POST", "/v1/batch/flow", { flowId: flow.id, recordIds });
  await expect
    .poll(async () => (await call("PUT", `/v1/flows/${flow.id}`, { description: noise() })).json.details, {
      timeout: 30_000,
    })
    .toMatchObject([{ code: "DISK_FULL", message: expect.stringContaining("nothing was changed") }]);
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
});

/** A megabyte that no store makes smaller. */
function noise(): string {
  return Array.from({ length: 100_000 }, () => Math.random().toString(36).slice(2, 12)).join("");
}
