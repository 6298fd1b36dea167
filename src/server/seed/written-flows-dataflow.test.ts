import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stepTypeLookup } from "#contract/step-descriptions/find-step-description.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";

describe("the dataflow analysis of the sample flows", () => {
  const folder = new URL("../../../e2e/flows/", import.meta.url);
  const written = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as JsonObject);
  const analyses = new Map(
    [...written, ...SAMPLE_FLOWS.map(({ flow }) => flow as unknown as JsonObject)].map((flow) => {
      const flowSteps = (flow["flowSteps"] ?? flow["steps"]) as readonly JsonObject[];
      const name = flow["name"] as string;
      return [name, analyzeFlow(parseFlowDocument({ name, flowSteps }), stepTypeLookup)] as const;
    }),
  );

  it("reports only unread results and values that may be unset", () => {
    expect(analyses.size).toBeGreaterThan(12);
    const problems = [...analyses.values()].flatMap((analysis) => analysis.problems);
    expect(new Set(problems.map(({ severity, code }) => `${severity} ${code}`))).toEqual(
      new Set(["info never-read", "info maybe-unset"]),
    );
  });

  it("names the values that may be unset", () => {
    expect(analyses.get("Comment moderation")?.problems.map(({ message }) => message)).toEqual([
      "“Hide at once” sets “hidden”, which no step uses.",
      "“Approve” sets “approved”, which no step uses.",
      "“Log outcome” reads “queued”, which may not be set: “Queue for a person” runs only in “then” of “Route”.",
    ]);
  });

  it("lists the inputs that no step sets", () => {
    const inputs = [...analyses].flatMap(([name, analysis]) =>
      analysis.inputs.map((input) => `${name}: ${input.name}`),
    );
    expect(inputs).toEqual([
      "Uses what no form knows yet: lead",
      "Page digest: audience",
      "Support triage: oncall_number",
      "Meeting minutes: transcript",
      "Feedback router: support_lead",
    ]);
  });
});
