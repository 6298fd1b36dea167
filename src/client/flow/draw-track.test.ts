import { expect, it } from "vitest";
import { drawTrack } from "./draw-track.ts";

const on = (x: number) => ({ x, isBypassed: false });
const off = (x: number) => ({ x, isBypassed: true });

it("runs straight through steps that are on", () => {
  expect(drawTrack([on(8), on(24)], 10)).toBe("M8 10H8H24");
});

it("bridges a step that is off and comes back to the line", () => {
  expect(drawTrack([on(8), off(24), on(40)], 10)).toBe("M8 10H8H17.5A6.5 6.5 0 0 1 30.5 10H40");
});

it("goes on past the last stop when there is more", () => {
  expect(drawTrack([on(8)], 10, 20)).toBe("M8 10H8H20");
  expect(drawTrack([], 10, 20)).toBe("");
});
