import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findStepDescription } from "#contract/step-descriptions/describe-step-type.ts";
import { findOtherPaths } from "#contract/step-descriptions/find-other-paths.ts";
import { getDescription, listComplaints } from "#contract/step-descriptions/list-complaints.ts";
import type { JsonObject, JsonValue } from "#core/json.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";

describe("the flows that people wrote", () => {
  const folder = new URL("../../../e2e/flows/", import.meta.url);
  const written = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as JsonObject);
  const steps = [...written, ...SAMPLE_FLOWS.map(({ flow }) => flow)].flatMap((flow) =>
    stepsOf(flow["flowSteps"] ?? flow["steps"]),
  );

  function stepsOf(list: JsonValue | undefined): readonly { type: string; config: JsonObject }[] {
    if (!Array.isArray(list)) return [];
    return (list as readonly JsonObject[]).flatMap((step) => {
      const config = step["config"] as JsonObject;
      const inside = [...stepsOf(config["trueSteps"]), ...stepsOf(config["falseSteps"])];
      return [{ type: step["type"] as string, config }, ...inside];
    });
  }

  const known = steps.filter(({ type }) => findStepDescription(type));

  it("are all read", () => {
    expect(known.length).toBeGreaterThan(50);
    expect(new Set(known.map(({ type }) => type)).size).toBeGreaterThan(20);
  });

  it("hold nothing that a form complains of", () => {
    expect(known.flatMap(({ type, config }) => listComplaints(type, config))).toEqual([]);
  });

  it("hold only keys that a form shows, but for these", () => {
    const others = known.flatMap(({ type, config }) =>
      findOtherPaths(getDescription(type), config).map((path) => `${type}: ${path.join(".")}`),
    );
    expect([...new Set(others)].toSorted()).toEqual([
      "list-records: recordFilter",
      "loop: as",
      "loop: limit",
      "loop: over",
      "loop: steps",
    ]);
  });
});
