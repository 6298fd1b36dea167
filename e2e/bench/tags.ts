import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { fillEmbeddedStore } from "#server/testing/fill-flows.ts";
import { tagCopies } from "#server/testing/tag-copies.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { computeQuantile, formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const COUNTS = [1_000, Number(process.env["FLOWS"] ?? 100_000)];
const ROUNDS = 30;

/** Tags of the copies, each with the condition for the number of a copy; the first copies are the oldest flows. */
const listTags = (flows: number): readonly (readonly [tag: string, condition: string])[] => [
  ["rare", "number % 1000 = 0"],
  ["some", "number % 50 = 0"],
  ["half", "number % 2 = 0"],
  ["oldest", `number < ${flows / 20}`],
];

const REQUESTS = [
  "/v1/flows?",
  "/v1/flows?tag=rare",
  "/v1/flows?tag=some",
  "/v1/flows?tag=some&sort=name",
  "/v1/flows?tag=half",
  "/v1/flows?tag=half&status=draft",
  "/v1/flows?tag=half&tag=some",
  "/v1/flows?tag=oldest",
  "/v1/flows?tag=none",
  "/local/flow-tags?",
];

/** Measures the list of flows filtered by tags on the embedded store, with its total, one request at a time. */
export async function measure(): Promise<void> {
  const rows = [["flows", "request", "median", "p99"]];
  for (const flows of COUNTS) {
    const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-tags-"));
    await (await startBuiltServer({ build: "server", dataDirectory })).stop();
    const { flowSteps } = buildLongFlow("", 20);
    await fillEmbeddedStore(dataDirectory, flows, { name: "Flow {n} weekly report", flowSteps });
    await tagCopies(dataDirectory, listTags(flows));
    const server = await startBuiltServer({ build: "server", dataDirectory });
    try {
      for (const request of REQUESTS) {
        const times: number[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          const started = performance.now();
          const response = await fetch(`${server.url}${request}&includeCount=true&limit=100`);
          await response.text();
          times.push(performance.now() - started);
          if (response.status !== 200) throw new Error(`${request} answered ${response.status}`);
        }
        const figures = [computeQuantile(times, 0.5), computeQuantile(times, 0.99)];
        rows.push([flows.toLocaleString("en"), request, ...figures.map(formatMilliseconds)]);
      }
    } finally {
      await server.discard();
    }
  }
  printAlignedTextTable("The list filtered by tags on the embedded store", rows);
}
