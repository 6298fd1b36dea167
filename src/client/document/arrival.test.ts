import { expect, test } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import { findArrival, typeOfArrival } from "./arrival.ts";
import { catchUp } from "./catch-up.ts";
import { createOpenFlow } from "./open-flow.ts";

const flowOf = (revision: number, name: string): Flow =>
  ({
    id: "flow_1",
    ...buildFlow("Digest", [buildStep("a"), buildStep("b", { name })]),
    revision,
    versionToken: `${revision}-x`,
    createdAt: "2026-11-25T10:00:00.000Z",
    updatedAt: `2026-11-25T10:00:0${revision}.000Z`,
  }) as unknown as Flow;

const open = () => createOpenFlow(flowOf(1, "B"), { isInexact: false });
const arrivalOf = (flow: ReturnType<typeof open>) => {
  const arrival = findArrival(flow.getState());
  return arrival && typeOfArrival(arrival);
};
const renameA = { type: "renameStep", key: "a" as StepKey, name: "Mine" } as const;

test("what came in from elsewhere is told from every other edit, and from each other", async () => {
  const flow = open();
  expect(arrivalOf(flow)).toBeUndefined();
  flow.noticeServer(flowOf(2, "Theirs"), false);
  expect(arrivalOf(flow)).toBe("updated");
  flow.edit(renameA);
  expect(arrivalOf(flow)).toBeUndefined();
  flow.noticeServer(flowOf(3, "Newer"), false);
  expect(await catchUp(flow)).toEqual({ type: "done" });
  expect(arrivalOf(flow)).toBe("merged");
  flow.undo();
  expect(arrivalOf(flow)).toBeUndefined();
  flow.takeTheirs();
  expect(arrivalOf(flow)).toBe("replaced");
});
