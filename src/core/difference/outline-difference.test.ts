import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aimEdit, anyEdit, anyFlow, storedFlow } from "#core/arbitrary-flow.ts";
import { applyCommand } from "#core/command.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, parseFlow } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import { outlineDifference } from "./outline-difference.ts";

/** “a +b ~c”: + added, ~ moved here, - removed, < moved away; ' edited, ° switched; two blanks a level. */
const marks = { stays: "", added: "+", moved: "~", gone: "-", left: "<" } as const;
const draw = (before: FlowDocument, after: FlowDocument) =>
  outlineDifference(before, after).map(
    ({ key, level, role, isEdited, isSwitched }) =>
      `${"  ".repeat(level)}${marks[role]}${key}${isEdited ? "'" : ""}${isSwitched ? "°" : ""}`,
  );
const flowOf = (...steps: readonly ReturnType<typeof buildStep>[]) => parseFlow(buildFlow("f", steps));

describe("the outline of a difference", () => {
  it("is the line as it is, with what was where it was", () => {
    const before = flowOf(buildStep("a"), buildStep("b"), buildStep("c"), buildStep("d"));
    const after = flowOf(
      buildStep("c"),
      buildStep("a"),
      buildStep("new"),
      buildStep("d", { enabled: false }),
    );
    expect(draw(before, after)).toEqual(["~c", "a", "+new", "-b", "<c", "d°"]);
  });

  it("says what a step says differently, and whatever is the same not at all", () => {
    const before = flowOf(buildStep("a"), buildStep("b"));
    expect(draw(before, before)).toEqual(["a", "b"]);
    expect(draw(before, flowOf(buildStep("a", { name: "Other" }), buildStep("b")))).toEqual(["a'", "b"]);
  });

  it("goes into branches, and takes what is inside along", () => {
    const before = flowOf(buildConditional("if", [buildStep("x"), buildStep("y")]), buildStep("z"));
    const after = flowOf(buildStep("z"), buildConditional("if", [buildStep("y")]), buildStep("x"));
    expect(draw(before, after)).toEqual(["~z", "if", "  <x", "  y", "~x", "<z"]);
    expect(draw(before, flowOf(buildStep("y")))).toEqual(["~y", "-if", "  -x", "  <y", "-z"]);
  });

  it("has every step of either document once, and those of both lists in their orders", () => {
    const edits = fc.array(anyEdit, { maxLength: 6 });
    fc.assert(
      fc.property(fc.oneof(anyFlow, storedFlow), edits, (source, made) => {
        const before = parseFlow(source);
        const after = made.reduce((now, one, count) => applyCommand(now, aimEdit(now, one, count)), before);
        const stops = outlineDifference(before, after);
        const keysOf = (...roles: readonly string[]) =>
          stops.filter(({ role }) => roles.includes(role)).map(({ key }) => key);
        expect(keysOf("stays", "added", "moved")).toEqual([...locateSteps(after).keys()]);
        const top = stops.filter(({ level, role }) => level === 0 && role !== "added" && role !== "moved");
        expect(top.map(({ key }) => key)).toEqual(before.steps.map(({ key }) => key));
        const were = new Set(keysOf("stays", "moved", "gone"));
        expect(were).toEqual(new Set(locateSteps(before).keys()));
      }),
      { numRuns: 1000 },
    );
  });
});
