import { afterAll, beforeEach, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import type { FlowRunPlan } from "#server/runner/run-plan.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { createSampleSetVariableStep, createSampleStep } from "#server/testing/sample-steps.ts";

const { run, runner, records } = createFlowRunHarness();
afterAll(() => runner.close());
beforeEach(() => {
  records.all.length = 0;
  records.add({ id: "r1", type: "lead", name: "Ada", metadata: { city: "Bonn", score: 7, tags: ["a"] } });
  records.add({ id: "r2", type: "lead", name: "Bob", metadata: { city: "Ulm", score: 3 } });
});

const runStep = async (type: string, config: JsonObject, plan: Partial<FlowRunPlan> = {}) =>
  (await run([createSampleStep("a", type, { outputVariable: "a", ...config })], plan)).of("a");
const ada = () => records.all.find(({ id }) => id === "r1");

it.each<[string, JsonObject, string]>([
  ["its ID", { recordId: "{{id}}" }, "r2"],
  ["type and name", { recordType: "lead", recordName: "Bob" }, "r2"],
  [
    "a filter",
    { recordFilter: { type: "lead", where: { field: "city", op: "eq", value: "{{city}}" } } },
    "r2",
  ],
  ["its type, preferring the last changed", { recordType: "lead" }, "r2"],
  ["default, which is the record of the run", {}, "r1"],
])("a step retrieves a record by %s", async (_, config, id) => {
  const plan = { inputs: { id: "r2", city: "Ulm" }, record: ada() };
  expect((await runStep("retrieve-record", config, plan)).output).toMatchObject({ id, type: "lead" });
  expect((await runStep("get-record", config, plan)).output).toMatchObject({ id, type: "lead" });
});

it("a record step changes no record if the filter uses an unset variable", async () => {
  const recordFilter = { type: "lead", where: { field: "none", op: "eq", value: "{{absent.email}}" } };
  const config = { recordFilter, updates: { seen: "{{other}}" } };
  records.add({ id: "r3", type: "lead", name: "Eve", metadata: { none: "" } });
  expect((await runStep("update-record", config)).error).toMatch(/\{\{absent.email\}\}, which is not set/);
  expect(records.all.some(({ metadata }) => "seen" in metadata)).toBe(false);
  const updated = await runStep("update-record", config, { inputs: { absent: { email: "" } } });
  expect(updated).toMatchObject({ status: "completed", unresolvedVariables: ["other"] });
});

it("a step loads only the requested fields of a record", async () => {
  const only = await runStep("retrieve-record", {
    recordId: "r1",
    fieldsToInclude: ["city", "score"],
    fieldsToExclude: ["score"],
  });
  expect(only.output).toMatchObject({ metadata: { city: "Bonn" } });
  expect(only.output).not.toHaveProperty("metadata.score");
});

it("a step can read but not update the record of a run that is not stored", async () => {
  const record = { id: null, name: "n", type: "t", metadata: { a: 1 }, messages: null };
  expect((await runStep("retrieve-record", {}, { record })).output).toMatchObject({
    id: null,
    metadata: { a: 1 },
  });
  expect((await runStep("update-record", { updates: { a: 2 } }, { record })).error).toMatch(/not stored/);
});

it("a step lists records", async () => {
  const listed = await runStep("list-records", { recordType: "lead", limit: "{{n}}" }, { inputs: { n: 1 } });
  expect(listed.output).toMatchObject([{ id: "r2", name: "Bob" }]);
});

it("an upsert step upserts an object by record name, merging or replacing the other fields", async () => {
  const upsert = (config: JsonObject) =>
    run(
      [
        createSampleSetVariableStep("data", { score: 9, note: "{{text}}" }),
        createSampleStep("a", "upsert-record", {
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

it("a record step accepts JSON text from a model", async () => {
  await runStep(
    "upsert-record",
    { recordType: "lead", recordName: "Ada", sourceVariable: "text" },
    { inputs: { text: '{"score": 1}' } },
  );
  expect(ada()?.metadata["score"]).toBe(1);
});

it("an update step keeps the types of values", async () => {
  const outcome = await runStep(
    "update-record",
    { updates: { score: "{{n}}", tags: ["{{n}}!"] } },
    { record: ada(), inputs: { n: 8 } },
  );
  expect(outcome.output).toMatchObject({ metadata: { city: "Bonn", score: 8, tags: ["8!"] } });
  expect(ada()?.metadata["score"]).toBe(8);
});

it("a create-records step creates a record for each item with a unique name", async () => {
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
  expect((await runStep("create-records", config, { inputs: { items } })).output).toMatchObject({
    created: 3,
  });
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

it("a create-records step does not overwrite records when generated names collide", async () => {
  const items = ["a-3", "a", "a", "a-3", ""].map((n, place) => ({ n, place }));
  const config = { recordType: "part", sourceVariable: "items", nameTemplate: "{{item.n}}" };
  await runStep("create-records", config, { inputs: { items } });
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
  ["a missing record", "retrieve-record", { recordId: "r9" }, /No record with the ID r9/],
  [
    "an unknown name",
    "retrieve-record",
    { recordType: "lead", recordName: "Eve" },
    /No “lead” record named “Eve”/,
  ],
  ["a filter without matches", "retrieve-record", { recordFilter: { type: "none" } }, /No record matches/],
  ["no record at all", "retrieve-record", {}, /^No record\. Choose one in the step/],
  [
    "an empty ID",
    "retrieve-record",
    { recordId: "{{nobody}}" },
    /Record ID is empty once its variables are filled in/,
  ],
  ["no type", "upsert-record", { recordName: "x", sourceVariable: "data" }, /Record type is required/],
  [
    "a list as values",
    "upsert-record",
    { recordType: "t", recordName: "x", sourceVariable: "list" },
    /must be a JSON object, not a list/,
  ],
  [
    "nothing as values",
    "upsert-record",
    { recordType: "t", recordName: "x", sourceVariable: "none" },
    /must be a JSON object, not empty/,
  ],
  ["no name", "upsert-record", { recordType: "t", sourceVariable: "data" }, /Record name is required/],
  [
    "updates that are not an object",
    "update-record",
    { recordId: "r1", updates: "{{list}}" },
    /“updates” must be a JSON object, not a list/,
  ],
])("a record step fails for %s", async (_, type, config, sentence) => {
  const outcome = await runStep(type, config, { inputs: { data: { a: 1 }, list: [1] } });
  expect(outcome.error).toMatch(sentence);
  expect(records.all).toHaveLength(2);
});
