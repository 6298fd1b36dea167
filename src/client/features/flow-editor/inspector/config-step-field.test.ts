import { describe, expect, it } from "vitest";
import { findStepDescription } from "#contract/step-descriptions/describe-step-type.ts";
import { applyCommand } from "#core/command.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, parseFlow } from "#core/flow-document.ts";
import type { JsonObject, JsonValue } from "#core/json.ts";
import { stepConfig } from "#core/step.ts";
import { configStepField } from "./config-step-field.ts";

/** A field of a step with this config, and the config after each of the edits. */
function openField(type: string, label: string, config: JsonObject) {
  const description = findStepDescription(type)?.fields.find((other) => other.label === label);
  if (!description) throw new Error(`${type} has no field ${label}`);
  const field = configStepField(description);
  let document: FlowDocument = parseFlow(buildFlow("f", [buildStep("a", { type, config })]));
  const step = () => document.steps[0]!;
  return {
    read: () => field.read(step()),
    write: (value: JsonValue | undefined): string => {
      document = applyCommand(document, field.edit(value, step()));
      return JSON.stringify(stepConfig(step()));
    },
  };
}

describe("a field with two spellings", () => {
  it.each([
    ["prompt", "Prompt", "text", "userPrompt"],
    ["set-variable", "Value", "value", "valueTemplate"],
    ["fetch-github", "Repository", "repo", "repository"],
  ])("of %s, %s, is written where it is, and else as the platform spells it", (type, label, old, current) => {
    const inOld = openField(type, label, { a: 1, [old]: "before", b: 2 });
    expect(inOld.read()).toBe("before");
    expect(inOld.write("after")).toBe(JSON.stringify({ a: 1, [old]: "after", b: 2 }));
    expect(openField(type, label, { a: 1 }).write("new")).toBe(JSON.stringify({ a: 1, [current]: "new" }));
  });

  it("goes back to its spelling after it was cleared", () => {
    const field = openField("prompt", "Prompt", { text: "before" });
    field.write(undefined);
    expect(field.read()).toBeUndefined();
    expect(field.write("after")).toBe('{"text":"after"}');
  });
});

describe("a field inside an object", () => {
  it("leaves what stands beside it as it is", () => {
    const field = openField("fetch-url", "URL", { http: { x: [1], url: "a", method: "GET" }, y: null });
    expect(field.write("b")).toBe('{"http":{"x":[1],"url":"b","method":"GET"},"y":null}');
  });

  it("takes an object with it that held nothing else", () => {
    const field = openField("fetch-url", "Headers", { outputVariable: "page" });
    expect(field.write({ Accept: "text/html" })).toBe(
      '{"outputVariable":"page","http":{"headers":{"Accept":"text/html"}}}',
    );
    expect(field.write(undefined)).toBe('{"outputVariable":"page"}');
  });
});
