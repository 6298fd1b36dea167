import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { type RunningServer, startBuiltServer } from "#e2e/harness/server.ts";
import { fillFlows } from "#server/testing/fill-flows.ts";
import { saveFigures } from "./figures.ts";
import { formatMilliseconds, printAlignedTextTable, computeQuantile } from "./statistics.ts";

const SMALL = 1_000;
const LARGE = Number(process.env["FLOWS"] ?? 100_000);
/** Rounds before the measurement, so that caches and the compiler are warm. */
const WARM_UP_ROUNDS = 30;
const ROUNDS = 300;

/** Searches in steps: a description of the searched text, and the path of the request. */
const STEP_SEARCHES: readonly (readonly [string, string])[] = [
  ["a type in every flow", "/local/steps?query=send-email"],
  ["a word in every flow", "/local/steps?query=step"],
  ["a part of many words", "/local/steps?query=case1"],
  ["two words in every flow", "/local/steps?query=send-email%20step"],
  ["two words in one flow", "/local/steps?query=send-email%20case777z"],
  ["two letters", "/local/steps?query=ou"],
  ["a word in one flow", "/local/steps?query=case777z"],
  ["no match", "/local/steps?query=gpt-9000"],
  ["no match, two letters", "/local/steps?query=zz"],
  ["uses of a variable in every flow", "/local/step-uses?kind=variable&name=out_7&includeCount=true"],
  ["uses of a model in no flow", "/local/step-uses?kind=model&name=gpt-9000&includeCount=true"],
];

/** Measures searches in steps on the embedded store, with few and with many flows, one request at a time. */
export async function measure(): Promise<void> {
  const servers: RunningServer[] = [];
  try {
    for (const flows of [SMALL, LARGE]) servers.push(await startFilledServer(flows));
    await saveFigures({ "search-steps-ratio": await measureSteps(servers) });
  } finally {
    for (const server of servers) await server.discard();
  }
}

async function startFilledServer(flows: number): Promise<RunningServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-search-"));
  await (await startBuiltServer({ build: "server", dataDirectory })).stop();
  const begun = performance.now();
  await fillFlows({ directory: dataDirectory }, flows, buildCopiedFlow());
  console.log(
    `${flows.toLocaleString("en")} flows filled in ${formatMilliseconds(performance.now() - begun)}`,
  );
  return startBuiltServer({ build: "server", dataDirectory });
}

function buildCopiedFlow() {
  const { flowSteps } = buildLongFlow("", 20);
  const [first, ...others] = flowSteps;
  return {
    name: "Flow copynumber weekly report",
    flowSteps: [{ ...first, name: "Step 1 of casecopynumberz" }, ...others],
  };
}

/**
 * Measures few and many flows in turns, one request each, so that other programs on the machine slow both down alike.
 * Returns the largest ratio of the medians.
 */
async function measureSteps(servers: readonly RunningServer[]): Promise<number> {
  const sizes = [SMALL, LARGE].map((flows) => flows.toLocaleString("en"));
  const rows = [
    [
      "search",
      ...sizes.flatMap((flows) => [`${flows}: median`, "p99"]),
      "ratio of the medians",
      "of the p99",
    ],
  ];
  let slowestRatio = 0;
  for (const [name, path] of STEP_SEARCHES) {
    const times: number[][] = servers.map(() => []);
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
      for (const [index, { url }] of servers.entries()) {
        const taken = await time(url + path);
        if (round >= 0) times[index]?.push(taken);
      }
    }
    const figures = times.flatMap((each) => [computeQuantile(each, 0.5), computeQuantile(each, 0.99)]);
    const [median = 0, p99 = 0, largeMedian = 0, largeP99 = 0] = figures;
    slowestRatio = Math.max(slowestRatio, largeMedian / median);
    const ratios = [largeMedian / median, largeP99 / p99].map((ratio) => ratio.toFixed(2));
    rows.push([name, ...figures.map(formatMilliseconds), ...ratios]);
  }
  printAlignedTextTable("Search in the steps of flows of 20 steps on the embedded store", rows);
  return slowestRatio;
}

async function time(url: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(url);
  await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return performance.now() - started;
}
