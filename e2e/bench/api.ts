import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLongFlow } from "#core/flow-builder.ts";
import { Api } from "#e2e/harness/api.ts";
import { startServer } from "#e2e/harness/server.ts";
import { fillStore } from "./fill-store.ts";
import { type Load, putLoad } from "./load.ts";
import { formatMs, printTable } from "./statistics.ts";

const SMALL = 1_000;
/** 100,000 is the bar of quality.md; it takes several minutes to fill, so it has to be asked for. */
const LARGE = Number(process.env["FLOWS"] ?? 20_000);

const buildBody = (index: number) => buildLongFlow(`Flow ${index} ${words[index % words.length]}`, 20);
const words = ["digest", "triage", "moderation", "report", "welcome", "billing", "archive"];

/** The API of the built server on the embedded store: against a bare handler, and as the store grows. */
export async function measure(): Promise<void> {
  const server = await startServer({ build: "server" });
  const api = new Api(server.url);
  try {
    const rows = [["request", "flows", "requests/s", "median", "p99"]];
    const add = (name: string, flows: number, { perSecond, median, p99 }: Load) =>
      rows.push([name, flows.toLocaleString("en"), perSecond.toFixed(0), formatMs(median), formatMs(p99)]);

    let ids = await fillStore(api, SMALL, buildBody);
    const pick = () => ids[Math.floor(Math.random() * ids.length)] ?? "";
    const measureAll = async (flows: number) => {
      add("GET one", flows, await putLoad(() => ({ url: `${server.url}/v1/flows/${pick()}` })));
      add("GET list of 50", flows, await putLoad(() => ({ url: `${server.url}/v1/flows` })));
      add("GET search", flows, await putLoad(() => ({ url: `${server.url}/v1/flows?search=triage` })));
      const edit = (round: number) => ({
        url: `${server.url}/v1/flows/${pick()}`,
        method: "PUT",
        body: JSON.stringify({ name: `Renamed ${round}` }),
      });
      add("PUT a name, durable", flows, await putLoad(edit));
    };
    const bare = await measureBareHandler(buildBody(1));
    add("bare handler, one select", SMALL, bare);
    await measureAll(SMALL);
    if (LARGE > SMALL) {
      ids = [...ids, ...(await fillStore(api, LARGE - SMALL, (index) => buildBody(SMALL + index)))];
      await measureAll(ids.length);
    }
    printTable("The API on the embedded store, flows of 20 steps, 16 connections, 4 s each", rows);
  } finally {
    await server.discard();
  }
}

async function measureBareHandler(body: unknown): Promise<Load> {
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
  const port = /\d+/.exec(String(line))?.[0];
  const load = await putLoad((round) => ({
    url: `http://127.0.0.1:${port}/flows/flow_${1 + (round % SMALL)}`,
  }));
  child.kill();
  await once(child, "exit");
  await rm(directory, { recursive: true, force: true });
  return load;
}
