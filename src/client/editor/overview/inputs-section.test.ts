import type { JsonObject } from "#core/json/json.ts";
import { expect, test } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { analyzeDocument } from "#client/document/analysis/analyze-document.ts";
import { listInputVariablesWithReaders, listOutputVariablesWithSetters } from "./inputs-section.tsx";

const analyze = (steps: readonly JsonObject[]) => analyzeDocument(buildDocument(...steps), stepTypeLookup);
const prompt = (id: string, userPrompt: string, outputVariable?: string) =>
  buildStep(id, { config: { userPrompt, ...(outputVariable && { outputVariable }) } });

test("each input is listed once, with each step that reads the input once, and the record is listed first", () => {
  const inputs = listInputVariablesWithReaders(
    analyze([
      prompt("a", "{{audience}} {{audience}} {{_record.name}}", "draft"),
      buildConditional("route", [prompt("b", "{{audience}} {{tone}}")]),
      prompt("c", "{{draft}} {{_record.id}}"),
    ]),
  );
  expect(inputs).toEqual([
    { name: "_record", steps: ["a", "c"] },
    { name: "audience", steps: ["a", "b"] },
    { name: "tone", steps: ["b"] },
  ]);
});

test("each output is listed with the steps that set the variable, including nested and disabled steps", () => {
  const outputs = listOutputVariablesWithSetters(
    analyze([
      prompt("a", "Hi", "draft"),
      buildConditional("route", [prompt("b", "Hi", "draft")], [prompt("c", "Hi", "other")]),
      buildStep("d", { type: "set-variable", enabled: false, config: { variableName: "last", value: "1" } }),
    ]),
  );
  expect(outputs).toEqual([
    { name: "draft", steps: ["a", "b"] },
    { name: "other", steps: ["c"] },
    { name: "last", steps: ["d"] },
  ]);
});

test("a template that refers to a step by its name does not make that name an output of the flow", () => {
  expect(listOutputVariablesWithSetters(analyze([prompt("a", "Hi"), prompt("b", "{{A}}")]))).toEqual([]);
});
