import { expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { planOutputVariableRename } from "./plan-output-rename.ts";

const prompt = (id: string, userPrompt: string, config: JsonObject = {}) =>
  buildStep(id, { config: { userPrompt, ...config } });
const fetch = buildStep("fetch", { type: "fetch-url", config: { outputVariable: "page" } });

const plan = (...steps: readonly JsonObject[]) =>
  planOutputVariableRename(parseFlowDocument(buildFlow("f", steps)), "fetch" as StepKey, "page", "body");

it("a rename changes the variable in its step and in all later steps", () => {
  const found = plan(fetch, prompt("a", "{{page}}"), prompt("b", "{{pages}}"), prompt("c", "{{page.title}}"));
  expect(found?.readers).toBe(2);
  expect(found?.edits.map(({ key, text }) => [key, text])).toEqual([
    ["fetch", "body"],
    ["a", "{{body}}"],
    ["c", "{{body.title}}"],
  ]);
});

it("a rename of a variable set inside a branch includes the steps after the conditional, but not those before", () => {
  const found = plan(
    prompt("before", "{{page}}"),
    buildConditional("route", [fetch, prompt("inside", "{{page}}")], [prompt("else", "{{page}}")]),
    prompt("after", "{{page}}"),
  );
  expect(found?.edits.map(({ key }) => key)).toEqual(["fetch", "inside", "after"]);
});

it("a rename is not offered if no other step reads the variable or another step also sets the variable", () => {
  expect(plan(fetch, prompt("a", "page"))).toBeUndefined();
  expect(plan(fetch, prompt("a", "{{page}}", { outputVariable: "page" }))).toBeUndefined();
});
