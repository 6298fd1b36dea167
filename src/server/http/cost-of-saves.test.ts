import { sql } from "drizzle-orm";
import { Client } from "pg";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { isJsonObject, type JsonObject } from "#core/json/json.ts";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { prepareStepContents } from "#server/flows/step-index/index-text-parser.ts";
import { createBackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { EmbeddedFlowChanges } from "#server/store/flow-changes.ts";
import type { Store } from "#server/store/store.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEachStore } from "#server/testing/test-stores.ts";

const FLOW = buildLongFlow("Long", 500);

// Parsed before: if its thread starts too slowly, a flow is created without the index of its texts.
beforeAll(async () => {
  const parser = createBackgroundTextParser({ milliseconds: 60_000 });
  await prepareStepContents(parser, FLOW.flowSteps);
  await parser.close();
});

describeSuiteForEachStore("a save of a flow with 500 steps", (store) => {
  let app: TestApp;
  let id: string;
  beforeEach(async () => {
    app = await startTestApp(store());
    ({ id } = await app.create(FLOW));
  });

  const measureSave = async (body: JsonObject) => {
    const begun = await readNextTransaction(store());
    const statements = countStatements();
    const { status } = await app.call("PUT", `/v1/flows/${id}`, { body });
    expect(status).toBe(200);
    return { statements: statements.end(), written: await listWritten(store(), begun) };
  };
  /** On PostgreSQL besides: BEGIN, COMMIT and the notification; and a trigger counts the change. */
  const cost = (statements: number, ...written: readonly string[]) => {
    if (store().kind === "embedded") return { statements, written };
    return written.length === 0
      ? { statements: statements + 2, written }
      : { statements: statements + 3, written: ["flow_changes: 1", ...written] };
  };
  const changeStep = (change: (step: JsonObject) => JsonObject) => ({
    flowSteps: FLOW.flowSteps.map((step, at) => (at === 250 ? change(step) : step)),
  });
  const changeConfig = (fields: JsonObject) =>
    changeStep(({ config, ...step }) => ({
      ...step,
      config: { ...(isJsonObject(config) && config), ...fields },
    }));

  it("writes only the flow if a text of a step changes", async () => {
    const save = await measureSave(changeConfig({ systemPrompt: "Be brief." }));
    expect(save).toEqual(cost(3, "flows: 1", "texts of flows"));
  });

  it("writes only one entry of the index and the new word if a step is renamed", async () => {
    const save = await measureSave(changeStep((step) => ({ ...step, name: "Invoice 251" })));
    const index = ["step_index: 1", "texts of step_index", "step_postings: 1", "step_terms: 1"];
    expect(save).toEqual(cost(6, "flows: 1", "texts of flows", ...index));
    expect((await app.call("GET", "/local/steps?query=invoice")).json.data).toMatchObject([{ id }]);
  });

  it("writes only the new name, without the steps, if the flow is renamed", async () => {
    expect(await measureSave({ name: "Renamed" })).toEqual(cost(2, "flows: 1"));
  });

  it("writes nothing if nothing changes", async () => {
    expect(await measureSave({ name: FLOW.name, flowSteps: FLOW.flowSteps })).toEqual(cost(1));
  });
});

interface StatementCount {
  readonly end: () => number;
}

/** Counts the statements of the drivers; of PGlite without those that begin and end a transaction. */
function countStatements(): StatementCount {
  const spies = [
    vi.spyOn(EmbeddedFlowChanges.prototype, "logQuery"),
    vi.spyOn(Client.prototype, "query"),
  ] as const;
  return {
    end: () => {
      const counts = spies.map((spy) => spy.mock.calls.length);
      for (const spy of spies) spy.mockRestore();
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

async function readNextTransaction({ database }: Store): Promise<number> {
  const { rows } = await database.execute(sql`SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next`);
  return Number(rows[0]?.["next"]);
}

/** Lists how many rows of each table were inserted or updated since, and the tables whose long texts were stored anew. */
async function listWritten({ database }: Store, since: number): Promise<readonly string[]> {
  const { rows: tables } = await database.execute(sql`
    SELECT relname AS name, oid::regclass::text AS rows, nullif(reltoastrelid, 0)::regclass::text AS texts FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`);
  const count = async (table: unknown) => {
    const written = sql`SELECT count(*) AS n FROM ${sql.raw(String(table))} WHERE xmin::text::bigint >= ${since}`;
    return table === null ? 0 : Number((await database.execute(written)).rows[0]?.["n"]);
  };
  const written: string[] = [];
  for (const { name, rows, texts } of tables) {
    const changed = await count(rows);
    if (changed > 0) written.push(`${String(name)}: ${changed}`);
    if ((await count(texts)) > 0) written.push(`texts of ${String(name)}`);
  }
  return written;
}
