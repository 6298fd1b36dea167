import { setImmediate as nextTurn, setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForServers } from "#server/testing/test-stores.ts";

const FLOWS = 4;
const READERS = 6;
const WRITES = 24;
const SEED = Number(process.env["CHECK_SEED"]) || 20_261_127;

/**
 * Writes and reads at random over several servers. Each flow has one writer, which writes its count of writes
 * into the name or a tag, so that an answer shows how many writes it contains. Describes each answer that
 * lacks a write that was acknowledged before the request began.
 */
async function describeStaleReads(apps: readonly TestApp[], writes: number): Promise<readonly string[]> {
  const random = new SeededRandom(SEED);
  const [first] = apps as readonly [TestApp];
  const ids: string[] = [];
  for (let index = 0; index < FLOWS; index += 1) ids.push((await first.create(buildFlow("n0", []))).id);
  const acknowledged = new Map(ids.map((id) => [id, 0]));
  const stale: string[] = [];
  const writers = new Set(ids);

  const write = async (id: string) => {
    for (let count = 1; count <= writes; count += 1) {
      const path = count % 3 === 0 ? `/local/flows/${id}/tags` : `/v1/flows/${id}`;
      const before = acknowledged.get(id) ?? 0;
      const body =
        count % 3 === 0 ? { add: [`t${count}`], remove: [`t${count - 3}`] } : { name: `n${count}` };
      await callUntilServed(random.pick(apps), "PUT", path, body);
      expect(before).toBe(count - 1);
      acknowledged.set(id, count);
      for (let turns = random.roll(4); turns > 0; turns -= 1) await nextTurn();
    }
    writers.delete(id);
  };
  const readMany = async () => {
    while (writers.size > 0) {
      const known = new Map(acknowledged);
      for (const flow of await readSome(random, apps, ids)) {
        const wanted = known.get(flow.id) ?? 0;
        if (countOf(flow) < wanted) stale.push(`${flow.id} showed ${countOf(flow)} of ${wanted}`);
      }
      await nextTurn();
    }
  };
  await Promise.all([...ids.map(write), ...Array.from({ length: READERS }, readMany)]);
  return stale;
}

/** Repeats a request while PostgreSQL is too busy for it: a response of 503 acknowledges nothing. */
async function callUntilServed(app: TestApp, method: string, path: string, body?: unknown) {
  for (;;) {
    const answer = await app.call(method, path, { body });
    if (answer.status !== 503) {
      expect(answer.status).toBe(200);
      return answer;
    }
    await setTimeout(50);
  }
}

interface ReadFlow {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

async function readSome(
  random: SeededRandom,
  apps: readonly TestApp[],
  ids: readonly string[],
): Promise<readonly ReadFlow[]> {
  const path = random.pick(["/v1/flows", "/v1/flows?sort=name", ...ids.map((id) => `/v1/flows/${id}`)]);
  const { json } = await callUntilServed(random.pick(apps), "GET", path);
  return path.startsWith("/v1/flows/") ? [json] : json.data;
}

const countOf = ({ name, tags }: ReadFlow) =>
  Math.max(Number(name.slice(1)), ...tags.map((tag) => Number(tag.slice(1))));

async function countHits(app: TestApp): Promise<number> {
  const { text } = await app.call("GET", "/metrics");
  return Number(/cached_reads_total\{result="hit"\} (\d+)/.exec(text)?.[1] ?? 0);
}

async function checkReads(stores: readonly Store[], writes: number): Promise<void> {
  const apps = await Promise.all(stores.map((store) => startTestApp(store)));
  expect(await describeStaleReads(apps, writes)).toEqual([]);
  for (const app of apps) expect(await countHits(app)).toBeGreaterThan(0);
}

it("a read shows every write that was acknowledged before it began on the embedded store", async () => {
  const store = await openTestStore();
  await checkReads([store, store], WRITES);
  await store.close();
});

describeSuiteForServers("two servers with one PostgreSQL", 2, (stores) => {
  it("show every write that was acknowledged before a read began", () => checkReads(stores(), WRITES));
});
