import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aimEdit, anyEdit, anyFlow } from "./arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type StepKey, parseFlow, toWireStep } from "./flow-document.ts";
import { getAtPath } from "./json.ts";
import { findStep, locateSteps } from "./step-list.ts";
import { applyTextEdits } from "./text-edit.ts";

const key = (text: string) => text as StepKey;
const flow = parseFlow(
  buildFlow("f", [
    buildStep("fetch", {
      when: "a",
      config: { http: { url: "{{a}}" }, headers: ["x", "{{a}}"], retries: 3 },
    }),
    buildConditional("route", [buildStep("queue", { config: { text: "{{a}}" } })]),
    buildStep("log"),
  ]),
);
const wire = (document: typeof flow, id: string) => toWireStep(findStep(document, key(id))!);

describe("new texts", () => {
  it("are written into several steps at once, nested ones too, and everything else is shared", () => {
    const after = applyTextEdits(flow, [
      { key: key("fetch"), at: ["config", "headers", 1], text: "{{b}}" },
      { key: key("fetch"), at: ["when"], text: "b" },
      { key: key("queue"), at: ["config", "text"], text: "{{b}}" },
      { key: key("route"), at: ["config", "condition"], text: "b" },
    ]);
    expect(wire(after, "fetch")).toMatchObject({
      when: "b",
      config: { http: { url: "{{a}}" }, headers: ["x", "{{b}}"], retries: 3 },
    });
    const { config } = wire(after, "route");
    expect(config).toMatchObject({ condition: "b", trueSteps: [{ config: { text: "{{b}}" } }] });
    expect(after.steps[2]).toBe(flow.steps[2]);
  });

  it("of one place: the last one stands", () => {
    const at = ["config", "http", "url"];
    const after = applyTextEdits(flow, [
      { key: key("fetch"), at, text: "one" },
      { key: key("fetch"), at, text: "two" },
    ]);
    expect(getAtPath(wire(after, "fetch"), at)).toBe("two");
  });

  it("change nothing where no text stands, where the step is gone, and where the text is the same", () => {
    const edits = [
      { key: key("fetch"), at: ["config", "retries"], text: "4" },
      { key: key("fetch"), at: ["config", "http", "method"], text: "GET" },
      { key: key("fetch"), at: [], text: "all of it" },
      { key: key("gone"), at: ["name"], text: "x" },
      { key: key("log"), at: ["name"], text: "Log" },
    ];
    expect(applyTextEdits(flow, edits)).toBe(flow);
  });

  it("never change what a step is", () => {
    const edits = ["id", "type"].map((field) => ({ key: key("log"), at: [field], text: "x" }));
    expect(applyTextEdits(flow, edits)).toBe(flow);
  });

  it("reach a nested step by its own key only", () => {
    const at = ["config", "trueSteps", 0, "name"];
    expect(applyTextEdits(flow, [{ key: key("route"), at, text: "x" }])).toBe(flow);
  });

  it("reach the inside of what stands in place of a list of steps", () => {
    const closed = parseFlow(
      buildFlow("f", [buildStep("if", { type: "conditional", config: { trueSteps: ["{{a}}"] } })]),
    );
    const after = applyTextEdits(closed, [{ key: key("if"), at: ["config", "trueSteps", 0], text: "{{b}}" }]);
    expect(wire(after, "if")["config"]).toEqual({ trueSteps: ["{{b}}"] });
    expect(findStep(after, key("if"))?.branches?.trueSteps).toBeUndefined();
  });

  it("of any flow change one text each and no step, key or place", () => {
    fc.assert(
      fc.property(anyFlow, anyEdit, (source, edit) => {
        const document = parseFlow(source);
        const command = aimEdit(document, { ...edit, type: "replaceText" }, 0);
        if (command.type !== "replaceText") throw new Error("not a replacement");
        const after = applyTextEdits(document, command.edits);
        const places = (of: typeof document) =>
          [...locateSteps(of)].map(([step, { list, index, level }]) => ({ step, list, index, level }));
        expect(places(after)).toEqual(places(document));
        const touched = new Set(command.edits.map(({ key }) => key));
        for (const [step, { node }] of locateSteps(document)) {
          if (!touched.has(step)) expect(findStep(after, step)?.fields).toBe(node.fields);
        }
      }),
      { numRuns: 400 },
    );
  });
});
