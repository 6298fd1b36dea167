import { describe, expect, it } from "vitest";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { getStepConfig } from "#core/document/step.ts";
import { createConfigStepField } from "./config-step-field.ts";

function openField(type: string, label: string, config: JsonObject) {
  const description = findStepDescription(type)?.fields.find((other) => other.label === label);
  if (!description) throw new Error(`${type} has no field ${label}`);
  const field = createConfigStepField(description);
  let document: FlowDocument = parseFlowDocument(buildFlow("f", [buildStep("a", { type, config })]));
  const step = () => document.steps[0]!;
  return {
    read: () => field.read(step()),
    parse: field.parse,
    write: (value: JsonValue | undefined): string => {
      document = applyEditCommand(document, field.edit(value, step()));
      return JSON.stringify(getStepConfig(step()));
    },
  };
}

describe("a field with two possible keys", () => {
  it.each([
    ["prompt", "Prompt", "text", "userPrompt"],
    ["set-variable", "Value", "value", "valueTemplate"],
    ["fetch-github", "Repository", "repo", "repository"],
  ])(
    "is written under the key that the config uses, else under the platform's key: %s › %s",
    (type, label, old, current) => {
      const inOld = openField(type, label, { a: 1, [old]: "before", b: 2 });
      expect(inOld.read()).toBe("before");
      expect(inOld.write("after")).toBe(JSON.stringify({ a: 1, [old]: "after", b: 2 }));
      expect(openField(type, label, { a: 1 }).write("new")).toBe(JSON.stringify({ a: 1, [current]: "new" }));
    },
  );

  it("is written to the previous key of the config again after the field was cleared", () => {
    const field = openField("prompt", "Prompt", { text: "before" });
    field.write(undefined);
    expect(field.read()).toBeUndefined();
    expect(field.write("after")).toBe('{"text":"after"}');
  });
});

describe("a field inside an object", () => {
  it("leaves its sibling fields unchanged", () => {
    const field = openField("fetch-url", "URL", { http: { x: [1], url: "a", method: "GET" }, y: null });
    expect(field.write("b")).toBe('{"http":{"x":[1],"url":"b","method":"GET"},"y":null}');
  });

  it("removes the object when its last field is cleared", () => {
    const field = openField("fetch-url", "Headers", { outputVariable: "page" });
    expect(field.write({ Accept: "text/html" })).toBe(
      '{"outputVariable":"page","http":{"headers":{"Accept":"text/html"}}}',
    );
    expect(field.write(undefined)).toBe('{"outputVariable":"page"}');
  });
});

it("an optional text that is cleared is removed, but becomes empty again if it was empty before", () => {
  const absent = openField("prompt", "Prompt", { model: "m" });
  absent.read();
  expect(absent.parse("")).toEqual({ type: "value", value: undefined });
  const empty = openField("prompt", "Prompt", { model: "m", userPrompt: "" });
  empty.read();
  empty.write("typed");
  expect(empty.parse("")).toEqual({ type: "value", value: "" });
});
