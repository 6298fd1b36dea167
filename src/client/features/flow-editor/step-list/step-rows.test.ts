import { assert, property } from "fast-check";
import { expect, test } from "vitest";
import { anyFlow } from "#core/arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { stepName } from "#core/step.ts";
import { branchRowId, flattenSteps, isSameRow, stepRowId } from "./step-rows.ts";

const NONE: ReadonlySet<StepKey> = new Set();
const key = (text: string) => text as StepKey;

/** A row a line: its level by indent, then its place in its list and how many lists end there. */
function draw(document: FlowDocument, folded = NONE): readonly string[] {
  return flattenSteps(document, folded).map((row) => {
    const words =
      row.type === "step"
        ? `${row.index + 1}/${row.count} ${stepName(row.node)}`
        : `${row.branch === "trueSteps" ? "then" : "else"} of ${stepName(row.node)}: ${row.count}`;
    return `${"  ".repeat(row.level)}${words}${row.closes > 0 ? ` ends ${row.closes}` : ""}`;
  });
}

const nested = parseFlow(
  buildFlow("f", [
    buildStep("fetch"),
    buildConditional(
      "route",
      [buildStep("queue")],
      [buildStep("hide"), buildConditional("split", [], [buildStep("ask")])],
    ),
  ]),
);

test("a conditional is followed by its branches, each with its steps a level deeper", () => {
  expect(draw(nested)).toEqual([
    "1/2 Fetch",
    "2/2 Route",
    "  then of Route: 1",
    "  1/1 Queue ends 1",
    "  else of Route: 2",
    "  1/2 Hide",
    "  2/2 Split",
    "    then of Split: 0 ends 1",
    "    else of Split: 1",
    "    1/1 Ask ends 3",
  ]);
});

test("a folded conditional is one row, which ends what it was the last of", () => {
  expect(draw(nested, new Set([key("split")]))).toEqual([
    "1/2 Fetch",
    "2/2 Route",
    "  then of Route: 1",
    "  1/1 Queue ends 1",
    "  else of Route: 2",
    "  1/2 Hide",
    "  2/2 Split ends 2",
  ]);
  expect(draw(nested, new Set([key("route")]))).toEqual(["1/2 Fetch", "2/2 Route ends 1"]);
});

test("a branch that is no list of steps has a head and nothing under it", () => {
  const odd = buildStep("odd", { type: "conditional", config: { trueSteps: "none", falseSteps: [] } });
  expect(draw(parseFlow(buildFlow("f", [odd, buildStep("last")])))).toEqual([
    "1/2 Odd",
    "  then of Odd: undefined ends 1",
    "  else of Odd: 0 ends 1",
    "2/2 Last ends 1",
  ]);
});

test("a flow without steps has no rows", () => {
  expect(draw(parseFlow(buildFlow("f", [])))).toEqual([]);
});

test("the rows of a document are made once, and anew when the folding changes", () => {
  const rows = flattenSteps(nested, NONE);
  expect(flattenSteps(nested, NONE)).toBe(rows);
  expect(flattenSteps(nested, new Set())).not.toBe(rows);
});

test("every row has a name of its own, and is the same as itself after an edit elsewhere", () => {
  assert(
    property(
      anyFlow.map((flow) => parseFlow(flow)),
      (document) => {
        const rows = flattenSteps(document, NONE);
        expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
        const again = flattenSteps({ steps: [...document.steps] }, NONE);
        expect(again.every((row, index) => rows[index] && isSameRow(row, rows[index]))).toBe(true);
      },
    ),
  );
});

test("a row is another one once its place, its folding or what ends there changed", () => {
  const rows = flattenSteps(nested, NONE);
  const folded = flattenSteps(nested, new Set([key("split")]));
  const changed = folded.filter((row, index) => rows[index] && !isSameRow(row, rows[index]));
  expect(changed.map(({ id }) => id)).toEqual([stepRowId(key("split"))]);
  expect(rows[2]?.id).toBe(branchRowId(key("route"), "trueSteps"));
});
