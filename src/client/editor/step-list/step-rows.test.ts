import { assert, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { flowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepName, isStepEnabled } from "#core/document/step.ts";
import { buildBranchRowId, flattenStepsToRows, areRowsEqual, buildStepRowId } from "./step-rows.ts";

const NONE: ReadonlySet<StepKey> = new Set();
const key = (text: string) => text as StepKey;

/** Draws one line per row: the level as indent, the position in its list, and the number of lists that end there. */
function draw(document: FlowDocument, folded = NONE): readonly string[] {
  return flattenStepsToRows(document, folded).map((row) => {
    const words =
      row.type === "step"
        ? `${row.index + 1}/${row.count} ${getStepName(row.node)}`
        : `${row.branch === "trueSteps" ? "then" : "else"} of ${getStepName(row.node)}: ${row.count}`;
    return `${"  ".repeat(row.level)}${words}${row.closes > 0 ? ` ends ${row.closes}` : ""}`;
  });
}

const nested = parseOutline("fetch route(queue|hide split(|ask))");

test("lists a conditional, then its branches with their steps one level deeper", () => {
  expect(draw(nested)).toEqual([
    "1/2 Fetch",
    "2/2 Route",
    "  then of Route: 1",
    "  1/1 Queue ends 1",
    "  else of Route: 3",
    "  1/2 Hide",
    "  2/2 Split",
    "    then of Split: 0 ends 1",
    "    else of Split: 1",
    "    1/1 Ask ends 3",
  ]);
});

test("a folded conditional is one row, which marks the end of each list that it is the last step of", () => {
  expect(draw(nested, new Set([key("split")]))).toEqual([
    "1/2 Fetch",
    "2/2 Route",
    "  then of Route: 1",
    "  1/1 Queue ends 1",
    "  else of Route: 3",
    "  1/2 Hide",
    "  2/2 Split ends 2",
  ]);
  expect(draw(nested, new Set([key("route")]))).toEqual(["1/2 Fetch", "2/2 Route ends 1"]);
});

test("rows are cached per document and set of folded steps", () => {
  const rows = flattenStepsToRows(nested, NONE);
  expect(flattenStepsToRows(nested, NONE)).toBe(rows);
  expect(flattenStepsToRows(nested, new Set())).not.toBe(rows);
});

const anyDocument = flowArbitrary.map((flow) => parseFlowDocument(flow));

test("every row has a unique id", () => {
  assert(
    property(anyDocument, (document) => {
      const rows = flattenStepsToRows(document, NONE);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    }),
  );
});

test("the rows after any edit are those of the document alone, and a step that it left alone keeps its row", () => {
  assert(
    property(anyDocument, anyDocument, nat(), (document, other, place) => {
      const steps = [...getLocationsOfAllSteps(document).values()].map(({ node }) => node);
      const chosen = steps.slice(place % (steps.length + 1)).slice(0, 2);
      const keys = chosen.map((node) => node.key);
      const enabled = !chosen.some(isStepEnabled);
      const switched = applyEditCommand(document, { type: "setEnabled", keys, enabled });
      const removed = applyEditCommand(document, { type: "removeSteps", keys });
      for (const after of [switched, removed, other, document]) {
        const before = flattenStepsToRows(document, NONE);
        const rows = flattenStepsToRows(after, NONE);
        expect(rows).toEqual(flattenStepsToRows(after, new Set()));
        if (after !== switched) continue;
        expect(rows.every((row, index) => row.node !== before[index]?.node || row === before[index])).toBe(
          true,
        );
      }
    }),
  );
});

test("folding a conditional replaces the row object of that conditional only", () => {
  const rows = flattenStepsToRows(nested, NONE);
  const folded = flattenStepsToRows(nested, new Set([key("split")]));
  const changed = folded.filter((row, index) => rows[index] && !areRowsEqual(row, rows[index]));
  expect(changed.map(({ id }) => id)).toEqual([buildStepRowId(key("split"))]);
  expect(rows[2]?.id).toBe(buildBranchRowId(key("route"), "trueSteps"));
});
