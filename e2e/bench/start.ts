import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { saveFigures } from "./figures.ts";
import { formatMilliseconds, computeMedian, printAlignedTextTable } from "./statistics.ts";

const ROUNDS = 5;

/**
 * Measures the time from starting the process until the server serves the flow list, with a new store and with an
 * existing store.
 */
export async function measure(): Promise<void> {
  const first: number[] = [];
  const again: number[] = [];
  let memory = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-bench-"));
    for (const times of [first, again]) {
      const started = performance.now();
      const server = await startBuiltServer({ build: "server", dataDirectory, env: { SEED: "1" } });
      await (await fetch(`${server.url}/v1/flows`)).text();
      times.push(performance.now() - started);
      memory = await residentMegabytes(server.pid);
      await server.stop();
    }
    await rm(dataDirectory, { recursive: true, force: true });
  }
  printAlignedTextTable("Cold start of the built server, until the list is served (median of 5)", [
    ["first start, new store with samples", formatMilliseconds(computeMedian(first))],
    ["existing store", formatMilliseconds(computeMedian(again))],
    ["memory afterwards", `${memory} MB`],
  ]);
  await saveFigures({ "start-existing": computeMedian(again), "start-memory": memory });
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
