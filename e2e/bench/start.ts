import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "#e2e/harness/server.ts";
import { formatMs, median, printTable } from "./statistics.ts";

const ROUNDS = 5;

/** From the start of the process to a list that was served: on a new store, and on one that is there. */
export async function measure(): Promise<void> {
  const first: number[] = [];
  const again: number[] = [];
  let memory = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-bench-"));
    for (const times of [first, again]) {
      const started = performance.now();
      const server = await startServer({ build: "server", dataDirectory, env: { SEED: "1" } });
      await (await fetch(`${server.url}/v1/flows`)).text();
      times.push(performance.now() - started);
      memory = await residentMegabytes(server.pid);
      await server.stop();
    }
    await rm(dataDirectory, { recursive: true, force: true });
  }
  printTable("Cold start of the built server, until the list is served (median of 5)", [
    ["first start, new store with samples", formatMs(median(first))],
    ["existing store", formatMs(median(again))],
    ["memory afterwards", `${memory} MB`],
  ]);
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
