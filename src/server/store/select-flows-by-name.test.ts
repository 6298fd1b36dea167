import { sql } from "drizzle-orm";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { getStoreClient, listQueries } from "#server/testing/list-queries.ts";
import { describeSuiteForEachStore, describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { type FlowPageQuery, countFlows, getFlowListPosition, readFlowPage } from "./flow-page.ts";
import { normalizeNameForSearch } from "./normalize-name-for-search.ts";
import type { Store } from "./store.ts";

const ORGANIZATION = "org_local";
const FIRST_PAGE = {
  sort: "updatedAt",
  order: "desc",
  direction: "next",
  from: undefined,
  limit: 50,
} as const;

/** Searches in flows named “Flow 17 weekly report”, the newest with the highest number. */
const SEARCHES = [
  ["a frequent word", "report"],
  ["a rare word", "123"],
  ["a frequent and a rare word", "Flow 123 "],
  ["a rare and a frequent word", "123 weekly"],
  ["two rare words", "flow 123 wee"],
  ["two frequent words in an order that no flow has", "report weekly"],
  ["no word of any flow", "gpt"],
  ["a rare word and no word of any flow", "123 gpt"],
  ["a frequent letter", "e"],
  ["two frequent letters", "fl"],
  ["a letter of no flow", "q"],
  ["two letters of no flow", "zq"],
] as const;

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

async function insertFlows(store: Store, names: readonly string[]): Promise<void> {
  const rows = names.map((name, index) => ({
    id: `flow_${index}`,
    name,
    key: normalizeNameForSearch(name),
  }));
  await store.database.execute(sql`
    INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count, line,
      revision, definition_hash, created_at, updated_at)
    SELECT ${ORGANIZATION}, id, 'user_local', name, key, '[]', 0, 0, '[]', 1, 'hash', now(),
      now() + row_number() OVER () * interval '1 ms'
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS flows (id text, name text, key text)`);
}

const numbered = (count: number, name = "weekly report") =>
  Array.from({ length: count }, (_, index) => `Flow ${index} ${name}`);

describeSuiteForEitherStore("the search in names of flows", (store) => {
  /** Returns the ids of all pages. */
  const readAllPages = async (query: Omit<FlowPageQuery, "from">) => {
    const ids: string[] = [];
    for (let from: FlowPageQuery["from"]; ;) {
      const page = await readFlowPage(store().database, ORGANIZATION, { ...query, from });
      ids.push(...page.rows.map(({ id }) => id));
      const last = page.rows.at(-1);
      if (!page.isMore || !last) return ids;
      from = getFlowListPosition(last, query.sort);
    }
  };

  it("finds the same flows in the same order as a test of each flow", async () => {
    const text = fc
      .array(
        fc.constantFrom(..."flow|Flow|ab|a|b|1|12|123| | |-|--|%|_|\\|Σ|ς|é|語|🎉|\u001F|п|при".split("|")),
        {
          maxLength: 6,
        },
      )
      .map((parts) => parts.join(""));
    const query = fc.record({
      sort: fc.constantFrom("updatedAt", "createdAt", "name", "lastRunAt"),
      order: fc.constantFrom("asc", "desc"),
    });
    const fold = (name: string) => normalizeNameForSearch(name).replaceAll("ς", "σ");
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 40 }), text, query, async (names, search, order) => {
        await store().database.execute(sql`DELETE FROM flows`);
        await insertFlows(store(), names);
        const page = { ...FIRST_PAGE, ...order, limit: 7 } as const;
        const all = await readAllPages(page);
        const isMatch = (id: string) => fold(names[Number(id.slice(5))] ?? "").includes(fold(search.trim()));
        const expected = all.filter(isMatch);
        expect(await readAllPages({ ...page, search })).toEqual(expected);
        expect(await countFlows(store().database, ORGANIZATION, { search })).toBe(expected.length);
      }),
      { numRuns: 60 },
    );
  });

  it("lists and counts flows of a word that only the older flows contain", async () => {
    await insertFlows(store(), [...numbered(5300, "archive"), ...numbered(300)]);
    for (const search of ["archive", "flow 1 archive", "rc", "5299 arch"]) {
      const ids = await readAllPages({ ...FIRST_PAGE, limit: 2000, search });
      const matches = numbered(5300, "archive").filter((name) => name.toLowerCase().includes(search));
      expect(ids).toHaveLength(matches.length);
      const counted = matches.length > 1000 ? undefined : matches.length;
      expect(await countFlows(store().database, ORGANIZATION, { search })).toBe(counted);
    }
  });
});

// Each store plans its queries itself.
describeSuiteForEachStore("the plans of the search in names of flows", (store) => {
  /** Returns the number of rows and index entries that the statements of `work` read from tables. */
  const countReadRows = async (work: () => Promise<unknown>): Promise<number> => {
    let rows = 0;
    const add = (node: PlanNode) => {
      const removed = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
      if (/(?:Index|Heap|Seq).* Scan/.test(node["Node Type"]))
        rows += (node["Actual Rows"] + removed) * node["Actual Loops"];
      node.Plans?.forEach(add);
    };
    for (const { text, values } of await listQueries(store(), work)) {
      const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`;
      const explained = await getStoreClient(store()).query(explain, values);
      const [plan] = JSON.parse(String(explained.rows[0]?.["QUERY PLAN"])) as { readonly Plan: PlanNode }[];
      if (plan) add(plan.Plan);
    }
    return rows;
  };

  it.each([300, 3000])(
    "reads as few of %i flows for every search, also before the first statistics",
    async (count) => {
      await insertFlows(store(), numbered(count));
      await store().database.execute(sql`VACUUM ANALYZE flows`);
      for (const statistics of ["with", "without"]) {
        if (statistics === "without")
          await store().database.execute(sql`DELETE FROM pg_statistic WHERE starelid = 'flows'::regclass`);
        for (const [name, search] of SEARCHES) {
          const page = { ...FIRST_PAGE, search };
          const pageRows = await countReadRows(() => readFlowPage(store().database, ORGANIZATION, page));
          const countedRows = await countReadRows(() =>
            countFlows(store().database, ORGANIZATION, { search }),
          );
          // A total counts up to 1,000 flows.
          expect([statistics, name, pageRows < 1000, countedRows < 1300]).toEqual([
            statistics,
            name,
            true,
            true,
          ]);
        }
      }
    },
  );
});
