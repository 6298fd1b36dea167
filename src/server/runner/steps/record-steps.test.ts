import { afterAll, beforeEach, expect, it } from "vitest";
import type { JsonObject } from "#core/json.ts";
import type { RunPlan } from "#server/runner/run-plan.ts";
import { createRunHarness } from "#server/testing/run-harness.ts";
import { set, step } from "#server/testing/sample-steps.ts";

const { run, runner, records } = createRunHarness();
afterAll(() => runner.close());
beforeEach(() => {
  records.all.length = 0;
  records.add({ id: "r1", type: "lead", name: "Ada", metadata: { city: "Bonn", score: 7, tags: ["a"] } });
  records.add({ id: "r2", type: "lead", name: "Bob", metadata: { city: "Ulm", score: 3 } });
});

const does = async (type: string, config: JsonObject, plan: Partial<RunPlan> = {}) =>
  (await run([step("a", type, { outputVariable: "a", ...config })], plan)).of("a");
const ada = () => records.all.find(({ id }) => id === "r1");

it.each<[string, JsonObject, string]>([
  ["its ID", { recordId: "{{id}}" }, "r2"],
  ["type and name", { recordType: "lead", recordName: "Bob" }, "r2"],
  [
    "a filter",
    { recordFilter: { type: "lead", where: { field: "city", op: "eq", value: "{{city}}" } } },
    "r2",
  ],
  ["its type alone, the last changed", { recordType: "lead" }, "r2"],
  ["nothing, as the one the flow runs on", {}, "r1"],
])("retrieves a record by %s", async (_, config, id) => {
  const plan = { inputs: { id: "r2", city: "Ulm" }, record: ada() };
  expect((await does("retrieve-record", config, plan)).output).toMatchObject({ id, type: "lead" });
  expect((await does("get-record", config, plan)).output).toMatchObject({ id, type: "lead" });
});

it("changes no record by a filter that asks for what is not set", async () => {
  const recordFilter = { type: "lead", where: { field: "none", op: "eq", value: "{{nobody.email}}" } };
  const config = { recordFilter, updates: { seen: "{{other}}" } };
  records.add({ id: "r3", type: "lead", name: "Eve", metadata: { none: "" } });
  expect((await does("update-record", config)).error).toMatch(/\{\{nobody.email\}\}, which is not set/);
  expect(records.all.some(({ metadata }) => "seen" in metadata)).toBe(false);
  const set = await does("update-record", config, { inputs: { nobody: { email: "" } } });
  expect(set).toMatchObject({ status: "completed", unresolvedVariables: ["other"] });
});

it("loads only the fields that are asked for", async () => {
  const only = await does("retrieve-record", {
    recordId: "r1",
    fieldsToInclude: ["city", "score"],
    fieldsToExclude: ["score"],
  });
  expect(only.output).toMatchObject({ metadata: { city: "Bonn" } });
  expect(only.output).not.toHaveProperty("metadata.score");
});

it("runs over a record that is not stored", async () => {
  const record = { id: null, name: "n", type: "t", metadata: { a: 1 }, messages: null };
  expect((await does("retrieve-record", {}, { record })).output).toMatchObject({
    id: null,
    metadata: { a: 1 },
  });
  expect((await does("update-record", { updates: { a: 2 } }, { record })).error).toMatch(/not stored/);
});

it("lists records", async () => {
  const listed = await does("list-records", { recordType: "lead", limit: "{{n}}" }, { inputs: { n: 1 } });
  expect(listed.output).toMatchObject([{ id: "r2", name: "Bob" }]);
});

it("stores an object under a name, and keeps what was there unless told otherwise", async () => {
  const upsert = (config: JsonObject) =>
    run(
      [
        set("data", { score: 9, note: "{{text}}" }),
        step("a", "upsert-record", {
          recordType: "lead",
          recordName: "{{who}}",
          sourceVariable: "data",
          ...config,
        }),
      ],
      { inputs: { who: "Ada", text: "n" } },
    );
  expect((await upsert({})).of("a").status).toBe("completed");
  expect(ada()?.metadata).toEqual({ city: "Bonn", score: 9, tags: ["a"], note: "n" });
  await upsert({ mergeStrategy: "replace", sourceVariable: "{{data}}" });
  expect(ada()?.metadata).toEqual({ score: 9, note: "n" });
  await upsert({ recordName: "New" });
  expect(records.all).toHaveLength(3);
});

it("takes the JSON that a model wrote as text", async () => {
  await does(
    "upsert-record",
    { recordType: "lead", recordName: "Ada", sourceVariable: "text" },
    { inputs: { text: '{"score": 1}' } },
  );
  expect(ada()?.metadata["score"]).toBe(1);
});

it("updates values, which keep their types", async () => {
  const outcome = await does(
    "update-record",
    { updates: { score: "{{n}}", tags: ["{{n}}!"] } },
    { record: ada(), inputs: { n: 8 } },
  );
  expect(outcome.output).toMatchObject({ metadata: { city: "Bonn", score: 8, tags: ["8!"] } });
  expect(ada()?.metadata["score"]).toBe(8);
});

it("makes a record of each item, each under a name of its own", async () => {
  const items = [
    { title: "x", body: "X", path: "/x" },
    { title: "y", body: "Y", path: "/y" },
    { title: "y", body: "Z", path: "/z" },
  ];
  const config = {
    recordType: "page",
    sourceVariable: "items",
    nameTemplate: "{{item.title}}",
    contentField: "body",
    pathField: "path",
    includeMetadata: ["title"],
  };
  expect((await does("create-records", config, { inputs: { items } })).output).toMatchObject({ created: 3 });
  expect(
    records.all
      .filter(({ type }) => type === "page")
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["x", "y", "y-3"]);
  expect(records.all.find(({ name }) => name === "x")?.metadata).toEqual({
    title: "x",
    content: "X",
    path: "/x",
  });
});

it("lets no record that it makes take the place of another one, whatever they are called", async () => {
  const items = ["a-3", "a", "a", "a-3", ""].map((n, place) => ({ n, place }));
  const config = { recordType: "part", sourceVariable: "items", nameTemplate: "{{item.n}}" };
  await does("create-records", config, { inputs: { items } });
  const made = records.all.filter(({ type }) => type === "part").toReversed();
  expect(made.map(({ name, metadata }) => [name, metadata["place"]])).toEqual([
    ["a-3", 0],
    ["a", 1],
    ["a-4", 2],
    ["a-3-4", 3],
    ["part-5", 4],
  ]);
});

it.each<[string, string, JsonObject, RegExp]>([
  ["a record that is not there", "retrieve-record", { recordId: "r9" }, /no record with the ID r9/],
  [
    "a name that is not there",
    "retrieve-record",
    { recordType: "lead", recordName: "Eve" },
    /no record “Eve” of type “lead”/,
  ],
  [
    "a filter that nothing is like",
    "retrieve-record",
    { recordFilter: { type: "none" } },
    /No record is like/,
  ],
  ["no record at all", "retrieve-record", {}, /names no record, and the flow runs on none/],
  [
    "an ID that came out empty",
    "retrieve-record",
    { recordId: "{{nobody}}" },
    /ID of a record, and what is written there came out empty/,
  ],
  ["no type", "upsert-record", { recordName: "x", sourceVariable: "data" }, /needs a record type/],
  [
    "a list as values",
    "upsert-record",
    { recordType: "t", recordName: "x", sourceVariable: "list" },
    /is a list, where a JSON object is needed/,
  ],
  [
    "nothing as values",
    "upsert-record",
    { recordType: "t", recordName: "x", sourceVariable: "none" },
    /is empty, where a JSON object/,
  ],
  ["no name", "upsert-record", { recordType: "t", sourceVariable: "data" }, /needs a record name/],
  [
    "updates that are no object",
    "update-record",
    { recordId: "r1", updates: "{{list}}" },
    /“updates” is a list/,
  ],
])("fails for %s", async (_, type, config, sentence) => {
  const outcome = await does(type, config, { inputs: { data: { a: 1 }, list: [1] } });
  expect(outcome.error).toMatch(sentence);
  expect(records.all).toHaveLength(2);
});
