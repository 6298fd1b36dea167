import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import { analyse } from "#core/dataflow/analyse.ts";
import { parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";

describe("the flows that people wrote, read for what they mean", () => {
  const folder = new URL("../../../e2e/flows/", import.meta.url);
  const written = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as JsonObject);
  const analyses = new Map(
    [...written, ...SAMPLE_FLOWS.map(({ flow }) => flow)].map((flow) => {
      const flowSteps = (flow["flowSteps"] ?? flow["steps"]) as readonly JsonObject[];
      const name = flow["name"] as string;
      return [name, analyse(parseFlow({ name, flowSteps }), stepTypes)] as const;
    }),
  );

  it("hold nothing worse than a result that nobody reads and one that may be missing", () => {
    expect(analyses.size).toBeGreaterThan(12);
    const problems = [...analyses.values()].flatMap((analysis) => analysis.problems);
    expect(new Set(problems.map(({ severity, code }) => `${severity} ${code}`))).toEqual(
      new Set(["info never-read", "info maybe-unset"]),
    );
  });

  it("say what may be missing", () => {
    expect(analyses.get("Comment moderation")?.problems.map(({ message }) => message)).toEqual([
      "Nothing reads “hidden”, which Hide at once sets.",
      "Nothing reads “approved”, which Approve sets.",
      "Log outcome reads “queued”, which may not be set: Queue for a person runs only in “then” of Route.",
    ]);
  });

  it("ask a run for what no step sets", () => {
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
