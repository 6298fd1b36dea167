import { expect, it } from "vitest";
import { createDifferenceOutline } from "#core/difference/outline-difference.ts";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { layOutFlowDifferenceDiagram } from "./flow-difference-diagram.tsx";

const flowOf = (letters: string) => {
  const steps = letters.split("").map((letter) => buildStep(letter));
  return buildDocument(...steps);
};
const plan = (before: string, after: string, room = 1000) =>
  layOutFlowDifferenceDiagram(createDifferenceOutline(flowOf(before), flowOf(after)), room);
const draw = ({ marks }: ReturnType<typeof plan>) =>
  marks.map((mark) => (mark.type === "same" ? `(${mark.count})` : mark.stop.key)).join(" ");

it("a flow preview that shows a difference collapses more than a few unchanged steps", () => {
  expect(draw(plan("abcdefgh", "abcdefgx"))).toBe("(7) x h");
  expect(draw(plan("abc", "abcx"))).toBe("a b c x");
});

it("a flow preview that shows a difference connects the old place of a moved step with the new one", () => {
  const { marks, hops } = plan("abcdefgh", "habcdefg");
  const at = marks.flatMap((mark) => (mark.type === "stop" && mark.stop.key === "h" ? [mark.x] : []));
  expect(hops).toEqual([{ from: at[1], to: at[0] }]);
});

it("a flow preview that shows a difference is truncated at the maximum width, and counts the steps that do not fit", () => {
  const short = plan("", "abcdefgh", 100);
  expect(short.marks.length).toBe(4);
  expect(short.rest).toBe(4);
  expect(short.width).toBeLessThanOrEqual(100);
});
