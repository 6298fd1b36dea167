import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { FIRST_PAGE_PARAMS } from "#contract/preloaded-api-requests.ts";
import { listQueries } from "#server/testing/list-queries.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEachStore } from "#server/testing/test-stores.ts";

const PAGE = new URLSearchParams(FIRST_PAGE_PARAMS).toString();

describeSuiteForEachStore("the queries of a page of flows", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
    const { id } = await app.create({ name: "Flow 0 weekly report" });
    await store().database.execute(sql`
      INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count, line,
        revision, definition_hash, created_at, updated_at, tags)
      SELECT organization_id, 'copy_' || n, user_id, 'Flow ' || n || ' weekly report', 'flow ' || n || ' weekly report', steps,
        step_count, disabled_step_count, line, revision, definition_hash, created_at, updated_at + n * interval '1 s',
        '{common}'
      FROM flows, generate_series(1, 250) AS n WHERE id = ${id}`);
    await store().database.execute(sql`
      INSERT INTO flow_tags (organization_id, tag_key, flow_id, name)
      SELECT organization_id, 'common', id, 'common' FROM flows WHERE id LIKE 'copy%'`);
  });

  /** PostgreSQL also reads whether other servers changed flows. */
  const countQueriesOf = async (query: string): Promise<number> => {
    const queries = await listQueries(store(), async () => {
      expect((await app.call("GET", `/v1/flows?${query}`)).status).toBe(200);
    });
    return store().kind === "postgres" ? queries.length - 1 : queries.length;
  };

  it.each([
    ["the first page", "", 2],
    ["a state", "&status=draft", 2],
    ["a tag", "&tag=common", 3],
    ["a search with a page of matches", "&search=flow%2012", 1],
    ["a search with more matches", "&search=report", 2],
    ["a search of two letters", "&search=fl", 2],
    ["a search without matches", "&search=zq", 1],
    ["a search and a state", "&search=report&status=draft", 2],
    ["another order", "&sort=name&order=desc", 2],
  ])("are few for %s, and for the same request again none", async (_, query, budget) => {
    expect(await countQueriesOf(PAGE + query)).toBeLessThanOrEqual(budget);
    expect(await countQueriesOf(PAGE + query)).toBe(0);
  });

  it("are few for the next page, with and without a search", async () => {
    for (const query of [PAGE, `${PAGE}&search=report`]) {
      const { nextCursor } = (await app.call("GET", `/v1/flows?${query}`)).json.pagination;
      expect(await countQueriesOf(`${query}&cursor=${nextCursor}`)).toBeLessThanOrEqual(2);
    }
  });
});
