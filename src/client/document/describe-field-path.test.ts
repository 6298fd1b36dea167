import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject, JsonPath } from "#core/json/json.ts";
import { describeFieldPath } from "./describe-field-path.ts";

const describe = (type: string, config: JsonObject, at: JsonPath) => {
  const [node] = parseFlowDocument(buildFlow("f", [buildStep("s", { type, config })])).steps;
  return node && describeFieldPath(node, at);
};

it("a field is described by its label in the form, for every key under which a config can store it", () => {
  expect(describe("prompt", { userPrompt: "Hi" }, ["config", "userPrompt"])).toBe("Prompt");
  expect(describe("prompt", {}, ["when"])).toBe("Run if");
  expect(describe("prompt", {}, ["name"])).toBe("Name");
  expect(
    describe("fetch-url", { http: { headers: { Accept: "{{a}}" } } }, [
      "config",
      "http",
      "headers",
      "Accept",
    ]),
  ).toBe("Headers · Accept");
});

it("a field that no form shows is described by its path", () => {
  expect(describe("prompt", { own: [{ a: "x" }] }, ["config", "own", 0, "a"])).toBe("own[0].a");
  expect(describe("prompt", {}, ["notes", "author", "name"])).toBe("notes.author.name");
  expect(describe("send-fax", { to: "x" }, ["config", "to"])).toBe("to");
});
