import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { type RunningServer, startBuiltServer } from "#e2e/harness/server.ts";
import { type FilledSizes, fillDatabase, fillEmbeddedStore } from "#server/testing/fill-flows.ts";
import { createTestDatabase, openPostgresServer } from "#server/testing/postgres-server.ts";
import { saveFigures } from "./figures.ts";
import { formatMilliseconds, printAlignedTextTable, computeQuantile } from "./statistics.ts";

const SMALL = 1_000;
const LARGE = Number(process.env["FLOWS"] ?? 100_000);
const ROUNDS = 30;
/** More rounds for the search in steps, because its p99 is compared between two sizes. */
const STEP_ROUNDS = 300;

const NAME_SEARCHES = ["e", "q", "9", "re", "zz", "99", "report", "9999", "xyz"];

/** The searches by name that are measured on each store and at each size. */
const ONE_LETTER_SEARCHES = NAME_SEARCHES.filter((search) => search.length === 1);

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

/**
 * Measures searches by name and in steps on both stores, with few and with many flows, one request at a time. Names of
 * several letters are searched only where they are slowest: among many flows on the embedded store.
 */
export async function measure(): Promise<void> {
  const postgres = await openPostgresServer({ isDurable: false });
  if (!postgres)
    console.log("No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): that half is left out.");
  try {
    await withEmbedded(SMALL, (small) =>
      withEmbedded(LARGE, async (large) => {
        await measureNames("the embedded store", small, SMALL, ONE_LETTER_SEARCHES);
        await measureNames("the embedded store", large, LARGE, NAME_SEARCHES);
        const slowestRatio = await measureSteps("the embedded store", [small, large]);
        await saveFigures({ "search-steps-ratio": slowestRatio });
      }),
    );
    if (!postgres) return;
    await withPostgres(postgres.url, SMALL, (small) =>
      withPostgres(postgres.url, LARGE, async (large) => {
        await measureNames("PostgreSQL", small, SMALL, ONE_LETTER_SEARCHES);
        await measureNames("PostgreSQL", large, LARGE, ONE_LETTER_SEARCHES);
        await measureSteps("PostgreSQL", [small, large]);
      }),
    );
  } finally {
    await postgres?.stop();
  }
}

type Measure<T> = (server: RunningServer) => Promise<T>;

async function withEmbedded<T>(flows: number, measureOn: Measure<T>): Promise<T> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-search-"));
  await (await startBuiltServer({ build: "server", dataDirectory })).stop();
  await report(flows, () => fillEmbeddedStore(dataDirectory, flows, buildCopiedFlow()));
  const server = await startBuiltServer({ build: "server", dataDirectory });
  try {
    return await measureOn(server);
  } finally {
    await server.discard();
  }
}

async function withPostgres<T>(serverUrl: string, flows: number, measureOn: Measure<T>): Promise<T> {
  const { url, drop } = await createTestDatabase(serverUrl);
  await report(flows, () => fillDatabase(url, flows, buildCopiedFlow()));
  const server = await startBuiltServer({ build: "server", env: { DATABASE_URL: url } });
  try {
    return await measureOn(server);
  } finally {
    await server.discard();
    await drop();
  }
}

function buildCopiedFlow() {
  const { flowSteps } = buildLongFlow("", 20);
  const [first, ...others] = flowSteps;
  return {
    name: "Flow copynumber weekly report",
    flowSteps: [{ ...first, name: "Step 1 of casecopynumberz" }, ...others],
  };
}

async function report(flows: number, fill: () => Promise<FilledSizes>): Promise<void> {
  const begun = performance.now();
  const sizes = await fill();
  const perFlow = (bytes: number) => `${Math.round(bytes / flows).toLocaleString("en")} B`;
  console.log(
    `${flows.toLocaleString("en")} flows filled in ${formatMilliseconds(performance.now() - begun)}; ` +
      `on disk per flow ${perFlow(sizes.flows)}, and ${perFlow(sizes.stepIndex)} for the index of steps`,
  );
}

async function measureNames(
  store: string,
  server: RunningServer,
  flows: number,
  searches: readonly string[],
): Promise<void> {
  const rows = [["search", "found", "median", "p99", "with the total: median", "p99"]];
  for (const search of searches) {
    const plain = await time(`${server.url}/v1/flows?search=${search}`, ROUNDS);
    const counted = await time(`${server.url}/v1/flows?search=${search}&includeCount=true`, ROUNDS);
    const { totalCount = "more than 1,000" } = counted.pagination;
    const figures = [plain, counted].flatMap(({ times }) => [
      computeQuantile(times, 0.5),
      computeQuantile(times, 0.99),
    ]);
    rows.push([search, String(totalCount), ...figures.map(formatMilliseconds)]);
  }
  printAlignedTextTable(`Search among ${flows.toLocaleString("en")} flows on ${store}`, rows);
}

/**
 * Measures few and many flows in turns, one request each, so that other programs on the machine slow both down alike.
 * Returns the largest ratio of the medians.
 */
async function measureSteps(store: string, servers: readonly RunningServer[]): Promise<number> {
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
    for (let round = -ROUNDS; round < STEP_ROUNDS; round += 1) {
      for (const [index, { url }] of servers.entries()) {
        const { times: taken } = await time(url + path, 1);
        if (round >= 0) times[index]?.push(...taken);
      }
    }
    const figures = times.flatMap((each) => [computeQuantile(each, 0.5), computeQuantile(each, 0.99)]);
    const [median = 0, p99 = 0, largeMedian = 0, largeP99 = 0] = figures;
    slowestRatio = Math.max(slowestRatio, largeMedian / median);
    const ratios = [largeMedian / median, largeP99 / p99].map((ratio) => ratio.toFixed(2));
    rows.push([name, ...figures.map(formatMilliseconds), ...ratios]);
  }
  printAlignedTextTable(`Search in the steps of flows of 20 steps on ${store}`, rows);
  return slowestRatio;
}

async function time(url: string, rounds: number) {
  const times: number[] = [];
  let pagination: { readonly totalCount?: number } = {};
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    const response = await fetch(url);
    ({ pagination } = (await response.json()) as { pagination: typeof pagination });
    times.push(performance.now() - started);
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  }
  return { times, pagination };
}
