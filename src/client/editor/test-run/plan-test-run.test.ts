import { expect, it } from "vitest";
import { dispatchRequestBodySchema } from "#contract/dispatch.ts";
import { type FlowDocument, type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { planTestRun } from "./plan-test-run.ts";
import type { TestRunFormValues } from "./test-run-form.ts";

const empty: TestRunFormValues = {
  source: "none",
  record: undefined,
  recordJson: "",
  inputs: {},
  messages: "",
};
const prompt = (id: string, order: number): JsonObject => ({
  id,
  type: "prompt",
  name: id,
  order,
  config: {},
});
const flow = (...flowSteps: JsonObject[]): FlowDocument => parseFlowDocument({ name: "Digest", flowSteps });
const plan = (
  document: FlowDocument,
  form: Partial<TestRunFormValues>,
  inputs: readonly string[] = [],
  upTo?: string,
) => planTestRun(document, { ...empty, ...form }, { inputs, upTo: upTo as StepKey | undefined });
const bodyOf = (...args: Parameters<typeof plan>): JsonObject => {
  const planned = plan(...args);
  if (planned.type !== "body") throw new Error(JSON.stringify([...planned.faults]));
  expect(dispatchRequestBodySchema.safeParse(planned.body).success).toBe(true);
  return planned.body as JsonObject;
};

it("a test run sends the steps in their edited order, each with its id and without order numbers", () => {
  const document = flow(prompt("a", 0), prompt("b", 1));
  const [a, b] = document.steps;
  const moved = { ...document, steps: [b, a] } as FlowDocument;
  const body = bodyOf(moved, {}, [], "a");
  expect(body).toMatchObject({
    flow: { name: "Digest", steps: [{ id: "b" }, { id: "a" }] },
    options: { streamResponse: true, storeResults: false, flowMode: "virtual", upToStep: "a" },
  });
  expect(JSON.stringify(body)).not.toContain('"order"');
});

it("a test run sends generated ids for nested and top-level steps with missing or duplicate ids", () => {
  const { id, ...nameless } = prompt("a", 0);
  const route = {
    id: "r",
    type: "conditional",
    name: "r",
    config: { trueSteps: [prompt("a", 0), nameless], condition: "x" },
  };
  const body = bodyOf(flow(prompt("a", 0), route), {});
  const [first, second] = (body["flow"] as { steps: JsonObject[] }).steps;
  const config = second?.["config"] as { trueSteps: JsonObject[]; condition: string };
  expect(first?.["id"]).toBe(id);
  expect(config.condition).toBe("x");
  expect(new Set(config.trueSteps.map((step) => step["id"])).size).toBe(2);
  expect(config.trueSteps.map((step) => step["id"])).not.toContain("a");
  for (const step of config.trueSteps) expect(step["id"]).toMatch(/^step_[0-9a-hjkmnp-tv-z]{26}$/);
});

it("a test run sends inputs as text or JSON, and omits empty inputs and inputs that the flow does not have", () => {
  const inputs = {
    topic: { text: "12", isJson: false },
    count: { text: "12", isJson: true },
    blank: { text: " ", isJson: false },
    gone: { text: "x", isJson: false },
  };
  const body = bodyOf(flow(prompt("a", 0)), { inputs }, ["topic", "count", "blank", "toString"]);
  expect(body["inputs"]).toEqual({ topic: "12", count: 12 });
});

it("a test run sends a text as a user message, and a JSON list as a conversation", () => {
  const messages = (text: string) => bodyOf(flow(prompt("a", 0)), { messages: text })["messages"];
  expect(messages("")).toBeUndefined();
  expect(messages("Hi")).toEqual([{ role: "user", content: "Hi" }]);
  expect(messages('[{"role":"user","content":"Hi"}]')).toEqual([{ role: "user", content: "Hi" }]);
});

it("a test run sends a stored record by its id, and a custom one as entered", () => {
  const record = { id: "record_1", name: "Ada", type: "customer" };
  expect(bodyOf(flow(prompt("a", 0)), { source: "stored", record })).toMatchObject({
    record: { id: "record_1" },
  });
  const custom = { name: "Ada", type: "customer", metadata: { n: 1 } };
  expect(bodyOf(flow(prompt("a", 0)), { source: "typed", recordJson: JSON.stringify(custom) })).toMatchObject(
    { record: custom, options: { recordMode: "virtual" } },
  );
});

const typed = (recordJson: string) => ({ source: "typed", recordJson }) as const;
const count = { text: "{oops", isJson: true };

it.each<[string, string, Partial<TestRunFormValues>, RegExp]>([
  ["that no stored record is chosen", "record", { source: "stored" }, /Choose a record/],
  ["a record that is a list", "record", typed("[1]"), /JSON object/],
  ["a record with a JSON syntax error", "record", typed("{"), /line 1, column 2/],
  ["a record with an unknown field", "record", typed('{"n":1}'), /Unknown field “n”.*metadata/],
  ["a record with an id", "record", typed('{"id":"record_1"}'), /Unknown field “id”/],
  ["a record whose name is a number", "record", typed('{"name":7}'), /name must be text/],
  ["a record with an empty type", "record", typed('{"type":""}'), /type must be text/],
  ["a record whose metadata is a list", "record", typed('{"metadata":[]}'), /metadata must be a JSON object/],
  ["a conversation with a JSON syntax error", "messages", { messages: "[1" }, /line 1/],
  ["an input with a JSON syntax error", "input:count", { inputs: { count } }, /line 1, column 2/],
])("the test run form reports %s", (_, field, form, message) => {
  const planned = plan(flow(prompt("a", 0)), form, ["count"]);
  expect(planned.type === "faults" && planned.faults.get(field)).toMatch(message);
});
