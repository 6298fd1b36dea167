import { expect, it } from "vitest";
import { buildFlowPreviewLineSvgPath } from "./flow-line.tsx";

const on = (x: number) => ({ x, isBypassed: false });
const off = (x: number) => ({ x, isBypassed: true });

it("the line of a flow preview runs straight through enabled steps", () => {
  expect(buildFlowPreviewLineSvgPath([on(8), on(24)], 10)).toBe("M8 10H8H24");
});

it("the line of a flow preview bypasses a disabled step", () => {
  expect(buildFlowPreviewLineSvgPath([on(8), off(24), on(40)], 10)).toBe(
    "M8 10H8H17.5A6.5 6.5 0 0 1 30.5 10H40",
  );
});

it("the line of a flow preview continues past the last node if there are more steps", () => {
  expect(buildFlowPreviewLineSvgPath([on(8)], 10, 20)).toBe("M8 10H8H20");
  expect(buildFlowPreviewLineSvgPath([], 10, 20)).toBe("");
});
