import { expect, test } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { mergeStepRows } from "./merge-step-rows.ts";

const prompt = (id: string, more: JsonObject = {}): JsonObject => ({ id, type: "prompt", ...more });
const nested = (trueSteps: readonly JsonObject[], falseSteps?: readonly JsonObject[]): JsonObject => ({
  id: "c",
  type: "conditional",
  config: { trueSteps, ...(falseSteps && { falseSteps }) },
});
const row = (step: JsonObject): JsonObject => ({
  enabled: true,
  order: 0,
  config: {},
  ...step,
  flowId: "flow_1",
  userId: "user_1",
  createdAt: null,
  updatedAt: null,
});

test("adds the fields that only the rows have, and keeps the values and order of the flow's fields and steps", () => {
  const steps: readonly JsonObject[] = [
    { type: "prompt", id: "a", name: "Ask", config: { model: "m", tools: { b: 1 } } },
    { name: "Send", id: "b", type: "send-email", enabled: false },
  ];
  const rows = [
    row({
      id: "b",
      type: "send-email",
      name: "Send",
      when: "x",
      config: { to: "me" },
      enabled: false,
      order: 1,
    }),
    row({ id: "a", type: "prompt", when: "y", retryPolicy: null, config: { tools: { c: 2 }, model: "m" } }),
  ];
  const { steps: merged, differences, isSameList } = mergeStepRows(steps, rows);
  expect(differences).toEqual([]);
  expect(isSameList).toBe(true);
  expect(JSON.stringify(merged)).toBe(
    JSON.stringify([
      {
        type: "prompt",
        id: "a",
        name: "Ask",
        config: { model: "m", tools: { b: 1, c: 2 } },
        when: "y",
        retryPolicy: null,
      },
      { name: "Send", id: "b", type: "send-email", enabled: false, config: { to: "me" }, when: "x" },
    ]),
  );
});

test("returns the same steps if the rows add nothing", () => {
  const steps = [{ type: "prompt", id: "a", order: 1, enabled: true, config: { model: "m" } }];
  expect(
    mergeStepRows(steps, [row({ id: "a", type: "prompt", order: 7, config: { model: "m" } })]).steps,
  ).toBe(steps);
});

test("merges nested steps by id, and steps without ids by position if number and types agree", () => {
  const bare = (type: string, more: JsonObject = {}): JsonObject => ({ type, ...more });
  const steps = [nested([prompt("x"), prompt("y")], [bare("prompt"), bare("crawl")])];
  const rows = [
    nested(
      [prompt("y", { when: "2" }), prompt("x", { when: "1" })],
      [bare("prompt", { when: "3" }), bare("crawl", { id: "z" })],
    ),
  ];
  expect(mergeStepRows(steps, rows)).toEqual({
    steps: [
      nested(
        [prompt("x", { when: "1" }), prompt("y", { when: "2" })],
        [bare("prompt", { when: "3" }), bare("crawl", { id: "z" })],
      ),
    ],
    differences: [],
    isSameList: true,
  });
  const others = [nested([], [bare("crawl", { when: "3" }), bare("prompt")])];
  expect(mergeStepRows(steps, others).steps[0]).toEqual(steps[0]);
});

test("reports each value that differs, and keeps the flow's value", () => {
  const config = { model: "m", list: [1, 2] };
  const step = prompt("a", { name: "Ask", enabled: false, when: null, config });
  const changed = { enabled: true, when: "x", config: { model: "n", list: [1] } };
  const { steps, differences } = mergeStepRows([step], [row({ ...step, ...changed })]);
  expect(differences.map(({ path }) => path.join("."))).toEqual(["enabled", "config.model", "config.list"]);
  // Takes the row's `when`, because a null in the flow means that the flow has no value.
  expect(steps).toEqual([{ ...step, when: "x" }]);
});

test("detects that the rows are not the flow's steps", () => {
  const steps = [{ id: "a", type: "prompt" }];
  expect(mergeStepRows(steps, []).isSameList).toBe(false);
  expect(mergeStepRows(steps, [row({ id: "b", type: "prompt" })]).isSameList).toBe(false);
  expect(mergeStepRows([...steps, ...steps], [...steps, ...steps]).isSameList).toBe(true);
  const changedType = mergeStepRows(steps, [row({ id: "a", type: "crawl", when: "x" })]);
  expect(changedType.steps).toEqual(steps);
  expect(changedType.differences).toEqual([{ step: steps[0], path: ["type"] }]);
});

test("keeps keys such as __proto__, and the order of nested steps", () => {
  const steps = [JSON.parse('{"id":"a","type":"prompt","config":{"__proto__":{"x":1}}}') as JsonObject];
  const rows = [
    JSON.parse('{"id":"a","type":"prompt","config":{"__proto__":{"y":2},"constructor":3}}') as JsonObject,
  ];
  expect(JSON.stringify(mergeStepRows(steps, rows).steps)).toBe(
    '[{"id":"a","type":"prompt","config":{"__proto__":{"x":1,"y":2},"constructor":3}}]',
  );
  const flow = [nested([prompt("x"), prompt("y")])];
  const reversed = [nested([prompt("y", { order: 0 }), prompt("x", { order: 1 })])];
  expect(mergeStepRows(flow, reversed).steps).toEqual(flow);
});
