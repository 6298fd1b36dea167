import { expect, it } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, toApiStep } from "#core/document/flow-document.ts";
import { getJsonAtPath } from "#core/json/json.ts";
import { findStep } from "#core/document/step-list.ts";
import { applyStepTextReplacements } from "./step-text-replacements.ts";

const key = (text: string) => text as StepKey;
const flow = buildDocument(
  buildStep("fetch", { when: "a", config: { http: { url: "{{a}}" }, headers: ["x", "{{a}}"], retries: 3 } }),
  buildConditional("route", [buildStep("queue", { config: { text: "{{a}}" } })]),
  buildStep("log"),
);
const apiStepOf = (document: typeof flow, id: string) => toApiStep(findStep(document, key(id))!);

it("text edits change several steps at once, including nested steps, and share unchanged steps", () => {
  const after = applyStepTextReplacements(flow, [
    { key: key("fetch"), at: ["config", "headers", 1], text: "{{b}}" },
    { key: key("fetch"), at: ["when"], text: "b" },
    { key: key("queue"), at: ["config", "text"], text: "{{b}}" },
    { key: key("route"), at: ["config", "condition"], text: "b" },
  ]);
  expect(apiStepOf(after, "fetch")).toMatchObject({
    when: "b",
    config: { http: { url: "{{a}}" }, headers: ["x", "{{b}}"], retries: 3 },
  });
  const { config } = apiStepOf(after, "route");
  expect(config).toMatchObject({ condition: "b", trueSteps: [{ config: { text: "{{b}}" } }] });
  expect(after.steps[2]).toBe(flow.steps[2]);
});

it("text edits of the same text are applied in order, so that the last edit wins", () => {
  const at = ["config", "http", "url"];
  const after = applyStepTextReplacements(flow, [
    { key: key("fetch"), at, text: "one" },
    { key: key("fetch"), at, text: "two" },
  ]);
  expect(getJsonAtPath(apiStepOf(after, "fetch"), at)).toBe("two");
});

it("text edits change nothing for a missing text or step, or an equal text", () => {
  const edits = [
    { key: key("fetch"), at: ["config", "retries"], text: "4" },
    { key: key("fetch"), at: ["config", "http", "method"], text: "GET" },
    { key: key("fetch"), at: [], text: "all of it" },
    { key: key("gone"), at: ["name"], text: "x" },
    { key: key("log"), at: ["name"], text: "Log" },
  ];
  expect(applyStepTextReplacements(flow, edits)).toBe(flow);
});

it("text edits change a text inside a branch that is not a list of steps", () => {
  const closed = buildDocument(buildStep("if", { type: "conditional", config: { trueSteps: ["{{a}}"] } }));
  const after = applyStepTextReplacements(closed, [
    { key: key("if"), at: ["config", "trueSteps", 0], text: "{{b}}" },
  ]);
  expect(apiStepOf(after, "if")["config"]).toEqual({ trueSteps: ["{{b}}"] });
  expect(findStep(after, key("if"))?.branches?.trueSteps).toBeUndefined();
});
