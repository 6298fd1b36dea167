import { describe, expect, test } from "vitest";
import { buildConditional, buildFlow, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { flattenStepsToRows } from "#client/editor/step-list/step-rows.ts";
import {
  computeMinimapScale,
  computeMinimapNodeHeightPx,
  computeMinimapViewportBox,
  createMinimapPaths,
  createProblemMarkPaths,
  findMinimapRowIndexAtY,
  findMinimapRowIndexForKey,
} from "./minimap-paths.ts";

const rowsOf = (flow: ReturnType<typeof buildFlow>) => flattenStepsToRows(parseFlowDocument(flow), new Set());
const countNodes = (paths: Iterable<string>) => [...paths].join("").split("M").length - 1;

test("the scale does not stretch a short flow, and fits a long one into the height", () => {
  expect(computeMinimapScale(40, 800).pitch).toBe(8);
  expect(computeMinimapScale(2_000, 700).pitch).toBe(0.35);
  expect(computeMinimapScale(0, 700).pitch).toBe(8);
});

test("the scale finds the row at a position, and the nearest row outside the map", () => {
  const scale = computeMinimapScale(100, 400);
  expect([-5, 0, 3.9, 4, 399, 900].map((y) => findMinimapRowIndexAtY(y, scale))).toEqual([
    0, 0, 0, 1, 99, 99,
  ]);
});

describe("the viewport box", () => {
  const scale = computeMinimapScale(100, 400);

  test("covers the rows in view, clipped to the rows of the flow", () => {
    expect(computeMinimapViewportBox({ firstRow: 10, rowCount: 20 }, scale)).toEqual({ top: 40, height: 80 });
    expect(computeMinimapViewportBox({ firstRow: -0.5, rowCount: 20 }, scale)).toEqual({
      top: 0,
      height: 78,
    });
    expect(computeMinimapViewportBox({ firstRow: 90, rowCount: 20 }, scale)).toEqual({
      top: 360,
      height: 40,
    });
  });

  test("keeps a visible height inside the map in a flow of 2,000 rows", () => {
    const long = computeMinimapScale(2_000, 400);
    expect(computeMinimapViewportBox({ firstRow: 0, rowCount: 15 }, long)).toEqual({ top: 0, height: 10 });
    expect(computeMinimapViewportBox({ firstRow: 1_990, rowCount: 15 }, long)).toEqual({
      top: 390,
      height: 10,
    });
  });
});

const nested = rowsOf(
  buildFlow("Nested", [
    buildStep("ask"),
    buildConditional("route", [buildStep("mail", { type: "send-email", enabled: false })]),
  ]),
);

test("the drawing has a node per step in the color of its category, separate nodes of disabled steps, and none of branches", () => {
  const { families, disabled } = createMinimapPaths(nested, computeMinimapScale(nested.length, 400));
  expect(Object.fromEntries(families)).toEqual({ AI: "M13 4h6", Control: "M13 12h6" });
  expect(disabled).toBe("M20 28h6");
});

test("the drawing shows rows that are less than two pixels apart as one node in their most frequent color", () => {
  const rows = rowsOf(buildLongFlow("Long", 2_000));
  const scale = computeMinimapScale(rows.length, 400);
  const { families, disabled } = createMinimapPaths(rows, scale);
  expect(countNodes([...families.values(), disabled])).toBe(200);
  expect(computeMinimapNodeHeightPx(scale)).toBe(1.25);
  const everyNode = createMinimapPaths(rows, computeMinimapScale(rows.length, 8_000));
  expect(countNodes([...everyNode.families.values(), everyNode.disabled])).toBe(2_000);
});

test("the drawing marks the worst problem of a group of rows", () => {
  const rows = rowsOf(buildLongFlow("Long", 400));
  const severities = ["warning", "error", "environment", "warning"] as const;
  const severityOf = (row: (typeof rows)[number]) =>
    row.type === "step" ? severities[row.index] : undefined;
  const one = createProblemMarkPaths(rows, computeMinimapScale(400, 200), severityOf);
  expect([countNodes([one.error]), countNodes([one.warning])]).toEqual([1, 0]);
  const each = createProblemMarkPaths(rows, computeMinimapScale(400, 3_200), severityOf);
  expect([countNodes([each.error]), countNodes([each.warning])]).toEqual([1, 3]);
});

test("navigation keys move over the rows of steps, skip branches, and stop at both ends", () => {
  const rows = rowsOf(
    buildFlow("Route", [
      buildStep("first"),
      buildConditional("route", [buildStep("a")], [buildStep("b")]),
      ...Array.from({ length: 40 }, (_, index) => buildStep(`more-${index}`)),
    ]),
  );
  const move = (from: number, key: string) => findMinimapRowIndexForKey(rows, from, { key, page: 20 });
  expect(rows.slice(0, 6).map(({ type }) => type)).toEqual("step step branch step branch step".split(" "));
  expect([move(1, "ArrowDown"), move(3, "ArrowUp"), move(0, "ArrowUp")]).toEqual([3, 1, 0]);
  expect([move(0, "PageDown"), move(22, "PageUp"), move(40, "PageDown")]).toEqual([20, 3, 45]);
  expect([move(9, "Home"), move(9, "End"), move(45, "ArrowDown")]).toEqual([0, 45, 45]);
  expect(move(9, "x")).toBeUndefined();
});
