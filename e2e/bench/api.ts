import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { createFlowsUntilCount } from "./fill-store.ts";
import { saveFigures } from "./figures.ts";
import { type HttpLoadResult, measureHttpLoad } from "./load.ts";
import { formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const SMALL = 3_000;
/**
 * Number of flows in the large store. The documented limits apply to FLOWS=100000, which takes several minutes to
 * create.
 */
const LARGE = Number(process.env["FLOWS"] ?? 20_000);

/** Ids of the figures in the README, by request. */
const FIGURE_IDS: Readonly<Record<string, string>> = {
  "GET one": "api-one",
  "GET list of 50": "api-list",
  "PUT a name, durable": "api-put",
};

const buildBody = (index: number) => buildLongFlow(`Flow ${index} ${words[index % words.length]}`, 20);
const words = ["digest", "triage", "moderation", "report", "welcome", "billing", "archive"];

/**
 * Measures the built server's API on the embedded store with growing numbers of flows. For comparison, also measures bare
 * handlers, which show what the framework, the driver and the disk allow.
 */
export async function measure(): Promise<void> {
  const server = await startBuiltServer({ build: "server" });
  const api = new ApiClient(server.url);
  try {
    const rows = [["request", "flows", "requests/s", "median", "p99"]];
    const figures: Record<string, number> = {};
    const add = (name: string, flows: number, { perSecond, median, p99 }: HttpLoadResult) => {
      const id = FIGURE_IDS[name];
      if (id !== undefined && flows === SMALL) figures[id] = perSecond;
      rows.push([
        name,
        flows.toLocaleString("en"),
        perSecond.toFixed(0),
        formatMilliseconds(median),
        formatMilliseconds(p99),
      ]);
    };

    let ids = await createFlowsUntilCount(api, SMALL, buildBody);
    const pick = () => ids[Math.floor(Math.random() * ids.length)] ?? "";
    const measureAll = async (flows: number) => {
      const get = (name: string, pathOf: (round: number) => string) =>
        measureHttpLoad((round) => ({ url: server.url + pathOf(round) })).then((load) =>
          add(name, flows, load),
        );
      // A query that the API ignores makes each request new, so that no answer is in memory.
      await get("GET one, not in memory", (round) => `/v1/flows/${pick()}?round=${round}`);
      await get("GET list of 50, not in memory", (round) => `/v1/flows?limit=50&round=${round}`);
      await get("GET search, not in memory", (round) => `/v1/flows?search=triage&round=${round}`);
      const recent = ids.slice(-SMALL);
      for (const id of recent) await api.getFlow(id);
      await get("GET one", (round) => `/v1/flows/${recent[(round * 7919) % recent.length]}`);
      await get("GET list of 50", () => "/v1/flows?limit=50");
      await get("GET search", () => "/v1/flows?search=triage");
      const edit = (round: number) => ({
        url: `${server.url}/v1/flows/${pick()}`,
        method: "PUT",
        body: JSON.stringify({ name: `Renamed ${round}` }),
      });
      add("PUT a name, durable", flows, await measureHttpLoad(edit));
    };
    for (const [name, load] of await measureBareHandlers(buildBody(1))) add(name, SMALL, load);
    rows.push(["8 kB appended and synced, one at a time", "–", measureSyncsPerSecond().toFixed(0), "", ""]);
    await measureAll(SMALL);
    await saveFigures(figures);
    if (LARGE > SMALL) {
      ids = [
        ...ids,
        ...(await createFlowsUntilCount(api, LARGE - SMALL, (index) => buildBody(SMALL + index))),
      ];
      await measureAll(ids.length);
    }
    printAlignedTextTable("The API on the embedded store, flows of 20 steps, 16 connections, 4 s each", rows);
  } finally {
    await server.discard();
  }
}

async function measureBareHandlers(
  body: unknown,
): Promise<readonly (readonly [name: string, load: HttpLoadResult])[]> {
  const directory = await mkdtemp(join(tmpdir(), "flowline-bare-"));
  const child = spawn(
    process.execPath,
    ["e2e/bench/bare-server.mjs", join(directory, "store"), String(SMALL)],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  child.stdin.end(JSON.stringify(body));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = `http://127.0.0.1:${/\d+/.exec(String(line))?.[0]}`;
  const pathOf = (round: number) => `${url}/flows/flow_${1 + (round % SMALL)}`;
  const loads = [
    ["bare handler, from memory", await measureHttpLoad(() => ({ url: `${url}/memory` }))],
    ["bare handler, one select", await measureHttpLoad((round) => ({ url: pathOf(round) }))],
    [
      "bare handler, one update and fsync",
      await measureHttpLoad((round) => ({ url: pathOf(round), method: "PUT", body: "{}" })),
    ],
  ] as const;
  child.kill();
  await once(child, "exit");
  await rm(directory, { recursive: true, force: true });
  return loads;
}

function measureSyncsPerSecond(): number {
  const path = join(tmpdir(), `flowline-sync-${process.pid}`);
  const file = openSync(path, "w");
  const page = Buffer.alloc(8192, 1);
  const end = performance.now() + 1000;
  let count = 0;
  for (; performance.now() < end; count += 1) {
    writeSync(file, page);
    fdatasyncSync(file);
  }
  closeSync(file);
  rmSync(path);
  return count;
}
