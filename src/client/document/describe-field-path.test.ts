import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { parseFlow } from "#core/flow-document.ts";
import type { JsonObject, JsonPath } from "#core/json.ts";
import { describeFieldPath } from "./describe-field-path.ts";

const describe = (type: string, config: JsonObject, at: JsonPath) => {
  const [node] = parseFlow(buildFlow("f", [buildStep("s", { type, config })])).steps;
  return node && describeFieldPath(node, at);
};

it("calls a place as the form does, under whichever spelling it has", () => {
  expect(describe("prompt", { userPrompt: "Hi" }, ["config", "userPrompt"])).toBe("Prompt");
  expect(describe("prompt", {}, ["when"])).toBe("When");
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

it("calls what no form shows by its path", () => {
  expect(describe("prompt", { own: [{ a: "x" }] }, ["config", "own", 0, "a"])).toBe("own[0].a");
  expect(describe("prompt", {}, ["notes", "author", "name"])).toBe("notes.author.name");
  expect(describe("send-fax", { to: "x" }, ["config", "to"])).toBe("to");
});
