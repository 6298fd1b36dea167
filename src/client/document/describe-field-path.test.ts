import { expect, it } from "vitest";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject, JsonPath } from "#core/json/json.ts";
import { describeFieldPath } from "./describe-field-path.ts";

const describePath = (type: string, config: JsonObject, at: JsonPath) => {
  const [node] = buildDocument(buildStep("s", { type, config })).steps;
  return node && describeFieldPath(node, at);
};

it("a field is described by its label in the form, for every key under which a config can store it", () => {
  expect(describePath("prompt", { userPrompt: "Hi" }, ["config", "userPrompt"])).toBe("Prompt");
  expect(describePath("prompt", {}, ["when"])).toBe("Run if");
  expect(describePath("prompt", {}, ["name"])).toBe("Name");
  expect(
    describePath(
      "fetch-url",
      { http: { headers: { Accept: "{{a}}" } } },
      "config http headers Accept".split(" "),
    ),
  ).toBe("Headers · Accept");
});

it("a field that no form shows is described by its path", () => {
  expect(describePath("prompt", { own: [{ a: "x" }] }, ["config", "own", 0, "a"])).toBe("own[0].a");
  expect(describePath("prompt", {}, ["notes", "author", "name"])).toBe("notes.author.name");
  expect(describePath("send-fax", { to: "x" }, ["config", "to"])).toBe("to");
});
