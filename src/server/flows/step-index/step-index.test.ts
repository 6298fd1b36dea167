import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { Store } from "#server/store/store.ts";
import type { Caller } from "#server/domain/caller.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { type TestApp, type TestResponse, createTestApiKey, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import type { BackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { ThreadFailure } from "#server/threads/thread-pool.ts";
import { createFlowInTransaction } from "#server/flows/change-flow-in-transaction.ts";
import { fillStepIndex } from "./fill-index.ts";
import { buildFlowIndex, toStepIndexEntry } from "./index-entry.ts";
import { createIndexTextParser } from "./index-text-parser.ts";
import { findStepContents } from "./find-names-in-step-texts.ts";
import { listStepUses, searchSteps } from "./search-steps.ts";

const prompt = (id: string, config: JsonObject, fields: JsonObject = {}) =>
  buildStep(id, { type: "prompt", name: id, config, ...fields });

const FLOW = buildFlow("Support", [
  buildStep("fetch", { type: "fetch-url", name: "Fetch the Café page", config: { outputVariable: "page" } }),
  buildConditional(
    "check",
    [
      prompt("answer", {
        model: "gpt-4o",
        userPrompt: "{{page}} for {{customer_id}}, {{secret:TOKEN}}",
        outputVariable: "reply",
        errorHandling: { onError: "fallback", fallbacks: [{ type: "model", model: "claude-haiku" }] },
      }),
    ],
    [buildStep("store", { type: "upsert-record", name: "Store", config: { recordType: "ticket" } })],
  ),
]);

describeSuiteForEitherStore("the index of steps", (store) => {
  let app: TestApp;
  let parser: BackgroundTextParser;
  beforeAll(() => {
    parser = createIndexTextParser();
  });
  afterAll(() => parser.close());
  beforeEach(async () => {
    app = await startTestApp(store());
  });

  const search = (query: string, more = "") =>
    app.call("GET", `/local/steps?query=${encodeURIComponent(query)}${more}`);
  const uses = (kind: string, name: string, more = "") =>
    app.call("GET", `/local/step-uses?kind=${kind}&name=${encodeURIComponent(name)}${more}`);
  const namesFound = async (query: string) =>
    (await search(query)).json.data.map(({ name }: { name: string }) => name);
  const fill = (on: Pick<Store, "database" | "write"> = store()) =>
    fillStepIndex(on, parser, new AbortController().signal);
  const forget = (condition = sql`true`) =>
    store().database.execute(sql`UPDATE flows SET indexed_hash = NULL WHERE ${condition}`);
  const countRows = async (table: string) => {
    const { rows } = await store().database.execute(sql`SELECT count(*) AS n FROM ${sql.identifier(table)}`);
    return Number(rows[0]?.["n"]);
  };

  it("finds flows by names, types, variables, models, secrets and record types, nested steps included", async () => {
    const { id } = await app.create(FLOW);
    await app.create(buildFlow("Other", [buildStep("a")]));
    for (const query of [
      "customer_id",
      "tomer",
      "gpt-4o",
      "claude-haiku",
      "upsert-record",
      "cafe PAGE",
      "TOKEN",
    ])
      expect(await namesFound(query), query).toEqual(["Support"]);
    expect((await search("gpt-4o")).json).toMatchObject({
      data: [
        {
          id,
          totalStepCount: 4,
          matchedStepCount: 1,
          steps: [
            { key: "answer", type: "prompt", enabled: true, matches: [{ kind: "model", name: "gpt-4o" }] },
          ],
        },
      ],
      pagination: { hasMore: false, nextCursor: null },
      narrowed: false,
      index: { complete: true, pendingFlows: 0, partialFlows: 0 },
    });
    expect(await namesFound("customer_id missing")).toEqual([]);
    expect(await namesFound("gp")).toEqual(["Support"]);
    expect(await namesFound("4o")).toEqual([]);
  });

  it("lists the uses of an exact name, and whether a step sets or reads a variable", async () => {
    await app.create(FLOW);
    const { data, pagination } = (await uses("variable", "page", "&includeCount=true")).json;
    expect(data[0].steps).toMatchObject([
      { key: "fetch", matches: [{ kind: "variable", name: "page", access: "sets" }] },
      { key: "answer", matches: [{ access: "reads" }] },
    ]);
    expect(pagination).toMatchObject({ totalCount: 1 });
    expect((await uses("recordType", "ticket")).json.data).toHaveLength(1);
    expect((await uses("stepType", "conditional")).json.data).toHaveLength(1);
    for (const [kind, name] of [
      ["variable", "pag"],
      ["model", "page"],
      ["secret", "token"],
    ] as const)
      expect((await uses(kind, name, "&includeCount=true")).json).toMatchObject({
        data: [],
        pagination: { totalCount: 0 },
      });
  });

  it("follows every save, and removes a deleted flow", async () => {
    const { id } = await app.create(FLOW);
    await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Renamed" } });
    expect(await namesFound("gpt-4o")).toEqual(["Renamed"]);
    await app.call("PUT", `/v1/flows/${id}`, { body: { flowSteps: [prompt("b", { model: "gpt-5" })] } });
    expect(await namesFound("gpt-4o")).toEqual([]);
    expect(await namesFound("gpt-5")).toEqual(["Renamed"]);
    await app.call("DELETE", `/v1/flows/${id}`);
    expect(await namesFound("gpt-5")).toEqual([]);
    expect([await countRows("step_index"), await countRows("step_postings")]).toEqual([0, 0]);
  });

  it("pages from the newest flow to the oldest, without repeating or omitting one", async () => {
    for (let n = 1; n <= 7; n += 1)
      await app.create(buildFlow(`Flow ${n}`, [prompt(`s${n}`, { model: n % 2 ? "odd" : "even" })]));
    for (const [query, expected] of [
      ["prompt", [7, 6, 5, 4, 3, 2, 1]],
      ["prompt odd", [7, 5, 3, 1]],
    ] as const) {
      const seen: string[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const { data, pagination }: TestResponse["json"] = (
          await search(query, `&limit=2${cursor && `&cursor=${cursor}`}`)
        ).json;
        seen.push(...data.map(({ name }: { name: string }) => name));
        cursor = pagination.nextCursor;
      }
      expect(seen).toEqual(expected.map((n) => `Flow ${n}`));
    }
    const { nextCursor } = (await search("prompt", "&limit=2")).json.pagination;
    expect((await search("odd", `&cursor=${nextCursor}`)).status).toBe(400);
    expect((await search("prompt", "&cursor=x")).status).toBe(400);
  });

  it("reports that a search considered only the closest of many matching words", async () => {
    const steps = Array.from({ length: 120 }, (_, n) => buildStep(`s${n}`, { name: `alpha${n} xalpha${n}` }));
    await app.create(buildFlow("Many", steps));
    expect((await search("alpha")).json).toMatchObject({ narrowed: true, data: [{ name: "Many" }] });
    expect((await search("xalpha119")).json).toMatchObject({ narrowed: false, data: [{ name: "Many" }] });
  });

  it("adds existing flows, reports the number of pending flows, and resumes after a crash", async () => {
    for (const name of ["One", "Two", "Three"]) await app.create({ ...FLOW, name });
    await store().database.execute(sql`DELETE FROM step_index`);
    await forget();
    expect((await search("gpt-4o")).json).toMatchObject({
      data: [],
      index: { complete: false, pendingFlows: 3 },
    });
    let writes = 0;
    const crashing: Pick<Store, "database" | "write"> = {
      database: store().database,
      write: (work) => {
        writes += 1;
        if (writes > 1) throw new Error("The server crashed.");
        return store().write(work);
      },
    };
    await expect(fill(crashing)).rejects.toThrow("crashed");
    expect(await Promise.all([fill(), fill()])).toSatisfy(([a, b]: number[]) => Number(a) + Number(b) === 3);
    expect((await search("gpt-4o")).json).toMatchObject({ index: { complete: true } });
    expect((await namesFound("gpt-4o")).toSorted()).toEqual(["One", "Three", "Two"]);
    expect(await fill()).toBe(0);
  });

  it("indexes a flow again after a server of an older version wrote it", async () => {
    const { id } = await app.create(FLOW);
    const steps = JSON.stringify([prompt("b", { model: "gpt-5" })]);
    await store().database.execute(
      sql`UPDATE flows SET steps = ${steps}::json, definition_hash = 'old' WHERE id = ${id}`,
    );
    await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Renamed meanwhile" } });
    expect((await search("gpt-5")).json).toMatchObject({ data: [], index: { pendingFlows: 1 } });
    const reports: number[][] = [];
    const report = (added: number, total: number) => void reports.push([added, total]);
    expect(await fillStepIndex(store(), parser, new AbortController().signal, report)).toBe(1);
    expect(reports).toEqual([[1, 1]]);
    expect(await namesFound("gpt-5")).toEqual(["Renamed meanwhile"]);
    expect(await namesFound("gpt-4o")).toEqual([]);
  });

  it("indexes a flow without variables if its texts take too long to parse", async () => {
    await app.create(FLOW);
    // A text that is not parsed yet.
    await store().database.execute(
      sql`UPDATE flows SET steps = replace(steps::text, '{{page}}', '{{page}} soon')::json, indexed_hash = NULL`,
    );
    const slow = { ...parser, read: () => Promise.reject(new ThreadFailure("slow", "slow")) };
    expect(await fillStepIndex(store(), slow, new AbortController().signal)).toBe(1);
    expect((await search("gpt-4o")).json).toMatchObject({
      data: [{ name: "Support" }],
      index: { complete: true, partialFlows: 1 },
    });
    expect(await namesFound("customer_id")).toEqual([]);
  });

  it("never shows flows of another organization", async () => {
    const context = {
      store: store(),
      now: Date.now,
      extras: true,
      extraStepTypes: [],
      dashboardOrigin: () => "http://localhost:4400",
    };
    const callers = ["org_a", "org_b"].map((organizationId) => ({
      organizationId,
      userId: "u",
      scopes: ["*"],
    }));
    for (const caller of callers) {
      const flow = { ...FLOW, name: `Of ${caller.organizationId}` };
      await store().write((tx) =>
        createFlowInTransaction(
          context,
          { tx, caller, publish: () => undefined, stepContents: findStepContents(FLOW.flowSteps) },
          flow,
        ),
      );
    }
    const find = async (caller: Caller) => {
      const pages = [
        await searchSteps(store(), caller, { query: "gpt-4o" }),
        await listStepUses(store(), caller, { kind: "model", name: "gpt-4o", includeCount: "true" }),
      ];
      return pages.map(({ data }) => data.map(({ name }) => name));
    };
    expect(await Promise.all(callers.map(find))).toEqual([
      [["Of org_a"], ["Of org_a"]],
      [["Of org_b"], ["Of org_b"]],
    ]);
    await store().database.execute(sql`DELETE FROM flows WHERE organization_id = 'org_a'`);
    expect(await Promise.all(callers.map(find))).toEqual([
      [[], []],
      [["Of org_b"], ["Of org_b"]],
    ]);
  });

  it("refuses invalid queries", async () => {
    for (const query of ["a", "—", "  ", "x".repeat(201)])
      expect((await search(query)).status, query).toBe(400);
    expect((await uses("model", "")).status).toBe(400);
    expect((await uses("color", "red")).status).toBe(400);
    expect((await search("%_\\ ' {}[]")).status).toBe(400);
    expect((await search("no\0thing")).status).toBe(400);
    expect((await search("a%b_c' OR 1=1")).json.data).toEqual([]);
  });

  it("equals a newly computed index after random edits", async () => {
    const dice = new SeededRandom(20_261_127);
    const words = ["alpha", "beta", "gamma", "delta", "epsilon"];
    const build = (depth: number): JsonObject[] =>
      Array.from({ length: 1 + dice.roll(4) }, (_, n) => {
        const id = `s${depth}_${n}_${dice.roll(1e9)}`;
        const name = `${dice.pick(words)} ${dice.pick(words)}`;
        if (depth < 2 && dice.roll(4) === 0)
          return { ...buildConditional(id, build(depth + 1), build(depth + 1)), name };
        const config = {
          model: dice.pick(words),
          userPrompt: `{{${dice.pick(words)}}}`,
          outputVariable: dice.pick(words),
        };
        return prompt(id, config, { name, enabled: dice.roll(3) > 0 });
      });
    const ids: string[] = [];
    for (let round = 0; round < 40; round += 1) {
      const id = ids.length > 0 ? dice.pick(ids) : "";
      const action = ids.length < 3 ? 0 : dice.roll(4);
      if (action === 0) ids.push((await app.create(buildFlow("Random", build(0)))).id);
      else if (action === 3) {
        await app.call("DELETE", `/v1/flows/${id}`);
        ids.splice(ids.indexOf(id), 1);
      } else await app.call("PUT", `/v1/flows/${id}`, { body: { flowSteps: build(0) } });
    }
    expect(await readIndex(store())).toEqual(await computeIndex(app, ids));
  });

  it("equals a newly computed index after each edit of a few steps", async () => {
    const dice = new SeededRandom(20_261_201);
    const words = ["alpha", "beta", "gamma", "delta"];
    let steps: JsonObject[] = [];
    const { id } = await app.create(buildFlow("Edited", []));
    for (let round = 0; round < 60; round += 1) {
      const step = prompt(`s${dice.roll(1e9)}`, {
        model: dice.pick(words),
        outputVariable: `${dice.pick(words)}_${dice.roll(5)}`,
      });
      const at = dice.roll(steps.length + 1);
      const edited = { ...step, name: `${dice.pick(words)} ${dice.roll(20)}`, enabled: dice.roll(2) > 0 };
      // Inserts, replaces or removes a step, or adds a conditional around it.
      const removed = dice.roll(2);
      const added =
        dice.roll(5) === 0 ? [] : [dice.roll(4) === 0 ? buildConditional(`c${round}`, [edited]) : edited];
      steps = buildFlow("", steps.toSpliced(at, removed, ...added)).flowSteps;
      await app.call("PUT", `/v1/flows/${id}`, { body: { flowSteps: steps } });
      if (steps.length > 0) expect(await readIndex(store())).toEqual(await computeIndex(app, [id]));
    }
  });
});

type Index = Readonly<Record<string, { readonly steps: unknown; readonly terms: readonly string[] }>>;

async function readIndex(store: Store): Promise<Index> {
  const { rows } = await store.database.execute(sql`
    SELECT entries.flow_id, entries.steps::text AS steps, entries.term_ids @> array_agg(postings.term_id) AS has_ids,
      array_to_json(array_agg(terms.kind || ' ' || terms.term))::text AS terms
    FROM step_index AS entries JOIN step_postings AS postings USING (flow_number)
    JOIN step_terms AS terms ON terms.id = postings.term_id GROUP BY 1, 2, entries.term_ids`);
  expect(rows.every((row) => row["has_ids"] === true)).toBe(true);
  return Object.fromEntries(
    rows.map((row) => {
      const terms = (JSON.parse(String(row["terms"])) as string[]).toSorted();
      return [String(row["flow_id"]), { steps: JSON.parse(String(row["steps"])) as unknown, terms }];
    }),
  );
}

async function computeIndex(app: TestApp, ids: readonly string[]): Promise<Index> {
  const index: Record<string, Index[string]> = {};
  for (const id of ids) {
    const { flowSteps } = (await app.call("GET", `/v1/flows/${id}`)).json;
    const entry = toStepIndexEntry(buildFlowIndex(flowSteps, findStepContents(flowSteps)));
    const terms = entry.terms.map(({ kind, term }) => `${kind} ${term}`).toSorted();
    index[id] = { steps: JSON.parse(entry.steps), terms };
  }
  return index;
}

describe("the search in steps of a server without a store of flows", () => {
  it("is absent in cloud mode", async () => {
    const env = { RUNTYPE_API_KEY: createTestApiKey("upstream") };
    const app = await startTestApp(undefined, { env });
    const { features } = (await app.call("GET", "/local/capabilities")).json;
    expect(features.stepSearch).toBe("The API searches flow names only.");
    expect((await app.call("GET", "/local/steps?query=gpt")).status).toBe(404);
  });
});
