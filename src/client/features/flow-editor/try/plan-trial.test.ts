import { expect, it } from "vitest";
import { dispatchBody } from "#contract/dispatch.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { planTrial } from "./plan-trial.ts";
import type { TrialForm } from "./trial-form.ts";

const empty: TrialForm = { source: "none", record: undefined, metadata: "{}", inputs: {}, messages: "" };
const say = (id: string, order: number): JsonObject => ({ id, type: "prompt", name: id, order, config: {} });
const flow = (...flowSteps: JsonObject[]): FlowDocument => parseFlow({ name: "Digest", flowSteps });
const plan = (
  document: FlowDocument,
  form: Partial<TrialForm>,
  inputs: readonly string[] = [],
  upTo?: string,
) => planTrial(document, { ...empty, ...form }, { inputs, upTo: upTo as StepKey | undefined });
const bodyOf = (...args: Parameters<typeof plan>): JsonObject => {
  const planned = plan(...args);
  if (planned.type !== "body") throw new Error(JSON.stringify([...planned.faults]));
  expect(dispatchBody.safeParse(planned.body).success).toBe(true);
  return planned.body as JsonObject;
};

it("sends the steps in the order of the page, whatever numbers they carry, each under its key", () => {
  const document = flow(say("a", 0), say("b", 1));
  const [a, b] = document.steps;
  const moved = { ...document, steps: [b, a] } as FlowDocument;
  const body = bodyOf(moved, {}, [], "a");
  expect(body).toMatchObject({
    flow: { name: "Digest", steps: [{ id: "b" }, { id: "a" }] },
    options: { streamResponse: true, storeResults: false, flowMode: "virtual", upToStep: "a" },
  });
  expect(JSON.stringify(body)).not.toContain('"order"');
});

it("gives doubled and missing ids of their own, those in branches too", () => {
  const { id, ...nameless } = say("a", 0);
  const route = {
    id: "r",
    type: "conditional",
    name: "r",
    config: { trueSteps: [say("a", 0), nameless], condition: "x" },
  };
  const body = bodyOf(flow(say("a", 0), route), {});
  const [first, second] = (body["flow"] as { steps: JsonObject[] }).steps;
  const config = second?.["config"] as { trueSteps: JsonObject[]; condition: string };
  expect(first?.["id"]).toBe(id);
  expect(config.condition).toBe("x");
  expect(new Set(config.trueSteps.map((step) => step["id"])).size).toBe(2);
  expect(config.trueSteps.map((step) => step["id"])).not.toContain("a");
});

it("sends inputs as texts or as JSON, and neither empty ones nor those that the flow no longer has", () => {
  const inputs = {
    topic: { text: "12", isJson: false },
    count: { text: "12", isJson: true },
    blank: { text: " ", isJson: false },
    gone: { text: "x", isJson: false },
  };
  expect(bodyOf(flow(say("a", 0)), { inputs }, ["topic", "count", "blank", "toString"])["inputs"]).toEqual({
    topic: "12",
    count: 12,
  });
});

it("takes a text for what the user says, and a list for a conversation", () => {
  const messages = (text: string) => bodyOf(flow(say("a", 0)), { messages: text })["messages"];
  expect(messages("")).toBeUndefined();
  expect(messages("Hi")).toEqual([{ role: "user", content: "Hi" }]);
  expect(messages('[{"role":"user","content":"Hi"}]')).toEqual([{ role: "user", content: "Hi" }]);
});

it("runs on a stored record by its id, and on one that is made up by its metadata", () => {
  const record = { id: "record_1", name: "Ada", type: "customer" };
  expect(bodyOf(flow(say("a", 0)), { source: "stored", record })).toMatchObject({
    record: { id: "record_1" },
  });
  expect(bodyOf(flow(say("a", 0)), { source: "typed", metadata: '{"n":1}' })).toMatchObject({
    record: { metadata: { n: 1 } },
    options: { recordMode: "virtual" },
  });
});

it.each<[string, Partial<TrialForm>, RegExp]>([
  ["record", { source: "stored" }, /Choose a record/],
  ["record", { source: "typed", metadata: "[1]" }, /JSON object/],
  ["record", { source: "typed", metadata: "{" }, /line 1, column 2/],
  ["messages", { messages: "[1" }, /line 1/],
  ["input:count", { inputs: { count: { text: "{oops", isJson: true } } }, /line 1, column 2/],
])("says at %s what is wrong with %j", (field, form, message) => {
  const planned = plan(flow(say("a", 0)), form, ["count"]);
  expect(planned.type === "faults" && planned.faults.get(field)).toMatch(message);
});
