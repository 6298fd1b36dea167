import { expect, it } from "vitest";
import { type FailureGroup, mergeFailureGroups, parseFailureGroups } from "./failure-groups.ts";

const group = (stepId: string | null, fields: Partial<FailureGroup> = {}): FailureGroup => ({
  stepId,
  stepName: stepId,
  message: "No luck",
  count: 1,
  lastAt: "2026-01-01T00:00:00.000Z",
  runId: "batch_1",
  ...fields,
});
const groups = (...list: readonly FailureGroup[]) => ({ groups: list, others: 0 });

it("failures of one step and message are one group, with the newest name and run", () => {
  const newer = group("a", {
    stepName: "Renamed",
    count: 3,
    lastAt: "2026-01-02T00:00:00.000Z",
    runId: "batch_2",
  });
  const merged = { groups: [{ ...newer, count: 4 }], others: 0 };
  expect(mergeFailureGroups([groups(group("a")), groups(newer)], 10)).toEqual(merged);
  expect(mergeFailureGroups([groups(newer), groups(group("a"))], 10)).toEqual(merged);
});

it("failures of different steps or messages, and those outside of a step, are different groups", () => {
  const all = [
    group("a"),
    group("b"),
    group("a", { message: "Other" }),
    group(null),
    group(null, { message: null }),
  ];
  expect(mergeFailureGroups([groups(...all)], 10).groups).toHaveLength(5);
});

it("failures beyond the limit of groups are only counted", () => {
  const merged = mergeFailureGroups(
    [groups(group("a"), group("b")), groups(group("c", { count: 5 }), group("b"))],
    2,
  );
  expect(merged).toEqual({ groups: [group("a"), group("b", { count: 2 })], others: 5 });
  expect(mergeFailureGroups([merged, groups(group("d"))], 2).others).toBe(6);
});

it("failure groups that another version stored in another form count as none", () => {
  expect(parseFailureGroups('{"groups":[{"stepId":1}],"others":0}')).toEqual({ groups: [], others: 0 });
  expect(parseFailureGroups("[")).toEqual({ groups: [], others: 0 });
  const stored = groups(group("a"));
  expect(parseFailureGroups(JSON.stringify(stored))).toEqual(stored);
});
