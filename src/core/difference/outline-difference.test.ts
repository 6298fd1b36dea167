import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  TEST_CASE_COUNT_MULTIPLIER,
  applyRandomEdits,
  editArbitrary,
  flowArbitrary,
  storedFlowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { createDifferenceOutline } from "./outline-difference.ts";

/**
 * Notation of the expected outlines: + added, ~ moved here, - removed, < moved away, ' edited, ° enabled or
 * disabled; two spaces per nesting level.
 */
const marks = { stays: "", added: "+", moved: "~", gone: "-", left: "<" } as const;
const draw = (before: FlowDocument, after: FlowDocument) =>
  createDifferenceOutline(before, after).map(
    ({ key, level, role, isEdited, isSwitched }) =>
      `${"  ".repeat(level)}${marks[role]}${key}${isEdited ? "'" : ""}${isSwitched ? "°" : ""}`,
  );
const flowOf = (...steps: readonly ReturnType<typeof buildStep>[]) => buildDocument(...steps);

it("the outline of a difference lists the new steps in order, with removed and moved steps at their old places", () => {
  const before = flowOf(buildStep("a"), buildStep("b"), buildStep("c"), buildStep("d"));
  const after = flowOf(buildStep("c"), buildStep("a"), buildStep("new"), buildStep("d", { enabled: false }));
  expect(draw(before, after)).toEqual(["~c", "a", "+new", "-b", "<c", "d°"]);
});

it("the outline of a difference marks edited steps, and no others", () => {
  const before = flowOf(buildStep("a"), buildStep("b"));
  expect(draw(before, before)).toEqual(["a", "b"]);
  expect(draw(before, flowOf(buildStep("a", { name: "Other" }), buildStep("b")))).toEqual(["a'", "b"]);
});

it("the outline of a difference includes nested steps", () => {
  const before = flowOf(buildConditional("if", [buildStep("x"), buildStep("y")]), buildStep("z"));
  const after = flowOf(buildStep("z"), buildConditional("if", [buildStep("y")]), buildStep("x"));
  expect(draw(before, after)).toEqual(["~z", "if", "  <x", "  y", "~x", "<z"]);
  expect(draw(before, flowOf(buildStep("y")))).toEqual(["~y", "-if", "  -x", "  <y", "-z"]);
});

it("the outline of a difference contains every step of both documents in their order", () => {
  const edits = fc.array(editArbitrary, { maxLength: 6 });
  fc.assert(
    fc.property(fc.oneof(flowArbitrary, storedFlowArbitrary), edits, (source, made) => {
      const before = parseFlowDocument(source);
      const after = applyRandomEdits(before, made);
      const entries = createDifferenceOutline(before, after);
      const keysOf = (...roles: readonly string[]) =>
        entries.filter(({ role }) => roles.includes(role)).map(({ key }) => key);
      expect(keysOf("stays", "added", "moved")).toEqual([...getLocationsOfAllSteps(after).keys()]);
      const top = entries.filter(({ level, role }) => level === 0 && role !== "added" && role !== "moved");
      expect(top.map(({ key }) => key)).toEqual(before.steps.map(({ key }) => key));
      const were = new Set(keysOf("stays", "moved", "gone"));
      expect(were).toEqual(new Set(getLocationsOfAllSteps(before).keys()));
    }),
    { numRuns: 1000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});
