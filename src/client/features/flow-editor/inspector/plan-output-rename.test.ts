import { expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { planOutputRename } from "./plan-output-rename.ts";

const prompt = (id: string, userPrompt: string, config: JsonObject = {}) =>
  buildStep(id, { config: { userPrompt, ...config } });
const fetch = buildStep("fetch", { type: "fetch-url", config: { outputVariable: "page" } });

const plan = (...steps: readonly JsonObject[]) =>
  planOutputRename(parseFlow(buildFlow("f", steps)), "fetch" as StepKey, "page", "body");

it("renames the variable in its step and in all that run after it", () => {
  const found = plan(fetch, prompt("a", "{{page}}"), prompt("b", "{{pages}}"), prompt("c", "{{page.title}}"));
  expect(found?.readers).toBe(2);
  expect(found?.edits.map(({ key, text }) => [key, text])).toEqual([
    ["fetch", "body"],
    ["a", "{{body}}"],
    ["c", "{{body.title}}"],
  ]);
});

it("from inside a branch it reaches what runs after the conditional, and no step before it", () => {
  const found = plan(
    prompt("before", "{{page}}"),
    buildConditional("route", [fetch, prompt("inside", "{{page}}")], [prompt("else", "{{page}}")]),
    prompt("after", "{{page}}"),
  );
  expect(found?.edits.map(({ key }) => key)).toEqual(["fetch", "inside", "after"]);
});

it("is not offered where nothing reads the variable, or another step sets it too", () => {
  expect(plan(fetch, prompt("a", "page"))).toBeUndefined();
  expect(plan(fetch, prompt("a", "{{page}}", { outputVariable: "page" }))).toBeUndefined();
});
