import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STARTER_FLOW_NAME } from "#contract/flow.ts";
import { buildFlow, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import { CHROMIUM_FLAGS, findChromiumExecutablePath } from "#e2e/find-browsers.mjs";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { saveFigures } from "./figures.ts";
import { createFlowsUntilCount, runBatchToCompletion } from "./fill-store.ts";
import { computeMedian, printAlignedTextTable } from "./statistics.ts";

/** Fetched by `npm exec`, since its 130 packages would slow down every `npm ci`. This release supports Node 20. */
const LIGHTHOUSE = "lighthouse@12.2.3";
const FLOWS = 1_000;
const STEPS = 1_000;
const BATCHES = 12;
const ATTEMPTS = 3;
const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
/** Lighthouse's presets: a phone on a slow mobile network with a processor slowed four times, and a desktop. */
const DEVICES = { phone: [], desktop: ["--preset=desktop"] } as const;

/** Measures pages of a filled store with Lighthouse. The package comes from the npm registry, Chromium from the system. */
export async function measure(): Promise<void> {
  const chromium = findChromiumExecutablePath();
  if (chromium === undefined) throw new Error("No Chromium found (CHROMIUM_PATH, /usr/bin/chromium).");
  const server = await startBuiltServer({ build: "server", env: { SEED: "1" } });
  try {
    const pages = await fillStoreAndListPages(new ApiClient(server.url));
    for (const [device, options] of Object.entries(DEVICES)) {
      const rows = [["page", "performance", "processor"]];
      let lowest = 100;
      for (const [name, path] of pages) {
        const [scores, processors]: [number[], number[]] = [[], []];
        for (let round = 0; round < ROUNDS; round += 1) {
          const { score, processor } = await measurePerformance(`${server.url}${path}`, chromium, options);
          scores.push(score);
          processors.push(processor);
        }
        lowest = Math.min(lowest, computeMedian(scores));
        rows.push([name, String(computeMedian(scores)), String(Math.round(computeMedian(processors)))]);
      }
      printAlignedTextTable(`Lighthouse, ${device} (median of ${ROUNDS})`, rows);
      await saveFigures({ [`lighthouse-${device}`]: lowest });
    }
  } finally {
    await server.discard();
  }
}

/** Returns pairs of a page's name and its path. */
async function fillStoreAndListPages(api: ApiClient): Promise<readonly (readonly [string, string])[]> {
  const [sample] = await api.listFlows({ search: "Research a new lead" });
  const [starter] = await api.listFlows({ search: STARTER_FLOW_NAME });
  if (!sample || !starter) throw new Error("The samples are missing.");
  const { data: records } = await api.call("listRecords");
  const recordIds = records.map(({ id }) => id);
  for (let batch = 0; batch < BATCHES; batch += 1) await runBatchToCompletion(api, starter.id, recordIds);
  await createFlowsUntilCount(api, FLOWS, (index) =>
    buildFlow(`Flow ${index}`, [buildStep("a"), buildStep("b")]),
  );
  const long = await api.createFlow(buildLongFlow("Long flow", STEPS));
  return [
    [`${FLOWS.toLocaleString("en")} flows`, "/flows"],
    ["editor, a sample", `/flows/${sample.id}`],
    [`editor, ${STEPS.toLocaleString("en")} steps`, `/flows/${long.id}`],
    ["runs", `/flows/${starter.id}/runs`],
    ["environment", "/environment"],
    ["records", "/records"],
  ];
}

/**
 * Returns the score from 0 to 100, and Lighthouse's index of the processor, which it slows by a fixed factor whatever the
 * index: 1,500 to 2,000 is a fast desktop. Repeats a failed measurement: on a busy machine Chromium sometimes loses the
 * beginning of the trace.
 */
async function measurePerformance(
  address: string,
  chromium: string,
  options: readonly string[],
): Promise<{ readonly score: number; readonly processor: number }> {
  let report = await runLighthouse(address, chromium, options);
  for (let attempt = 1; report.runtimeError && attempt < ATTEMPTS; attempt += 1)
    report = await runLighthouse(address, chromium, options);
  const score = report.categories["performance"]?.score ?? undefined;
  if (score === undefined) throw new Error(`Lighthouse gave no score: ${report.runtimeError?.message}`);
  return { score: Math.round(score * 100), processor: report.environment.benchmarkIndex };
}

/** The part of Lighthouse's JSON report that is read here. Scores are from 0 to 1. */
interface LighthouseReport {
  readonly runtimeError?: { readonly message: string };
  readonly environment: { readonly benchmarkIndex: number };
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
}

async function runLighthouse(
  address: string,
  chromium: string,
  options: readonly string[],
): Promise<LighthouseReport> {
  const flags = ["--headless=new", ...CHROMIUM_FLAGS].join(" ");
  const command = ["exec", "--yes", `--package=${LIGHTHOUSE}`, "--", "lighthouse", address];
  // Writes to a file: Lighthouse exits without waiting for a pipe, which cuts off a long report.
  const folder = await mkdtemp(join(tmpdir(), "lighthouse-"));
  const path = join(folder, "report.json");
  const output = ["--output=json", `--output-path=${path}`];
  const settings = [
    "--quiet",
    "--no-enable-error-reporting",
    "--only-categories=performance",
    ...output,
    `--chrome-flags=${flags}`,
  ];
  const environment = { ...process.env, CHROME_PATH: chromium };
  try {
    const stderr = await new Promise<string>((resolve) => {
      execFile("npm", [...command, ...settings, ...options], { env: environment }, (_, _output, errors) =>
        resolve(errors),
      );
    });
    // The report also describes a failed measurement. Without one, Lighthouse could not start.
    const report = await readFile(path, "utf8").catch(() => undefined);
    if (report === undefined) throw new Error(`Lighthouse did not start: ${stderr}`);
    return JSON.parse(report) as LighthouseReport;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
