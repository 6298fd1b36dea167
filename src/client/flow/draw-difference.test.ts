import { describe, expect, it } from "vitest";
import { outlineDifference } from "#core/difference/outline-difference.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { parseFlow } from "#core/flow-document.ts";
import { planLine } from "./draw-difference.ts";

const flowOf = (letters: string) => {
  const steps = letters.split("").map((letter) => buildStep(letter));
  return parseFlow(buildFlow("f", steps));
};
const plan = (before: string, after: string, room = 1000) =>
  planLine(outlineDifference(flowOf(before), flowOf(after)), room);
const draw = ({ marks }: ReturnType<typeof plan>) =>
  marks.map((mark) => (mark.type === "same" ? `(${mark.count})` : mark.stop.key)).join(" ");

describe("a line that shows a difference", () => {
  it("gathers what did not change, where that is more than a few", () => {
    expect(draw(plan("abcdefgh", "abcdefgx"))).toBe("(7) x h");
    expect(draw(plan("abc", "abcx"))).toBe("a b c x");
  });

  it("ties where a step was to where it is", () => {
    const { marks, hops } = plan("abcdefgh", "habcdefg");
    const at = marks.flatMap((mark) => (mark.type === "stop" && mark.stop.key === "h" ? [mark.x] : []));
    expect(hops).toEqual([{ from: at[1], to: at[0] }]);
  });

  it("ends where there is no more room, and counts the rest", () => {
    const short = plan("", "abcdefgh", 100);
    expect(short.marks.length).toBe(4);
    expect(short.rest).toBe(4);
    expect(short.width).toBeLessThanOrEqual(100);
  });
});
