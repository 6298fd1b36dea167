import { expect, test } from "vitest";
import { getStepRowProblemSummary } from "./row-problem-summary.ts";

const mark = (severity: "error" | "environment" | "warning") => ({ severity, count: 1, text: severity });

test("a conditional is marked for problems of its nested steps only while it is folded", () => {
  const marks = { own: undefined, inside: mark("error") };
  expect(getStepRowProblemSummary(marks, false)).toBeUndefined();
  expect(getStepRowProblemSummary(marks, true)).toEqual({
    severity: "error",
    count: 1,
    text: "Inside: error",
  });
});

test("a folded conditional that the server cannot run itself shows the worse of both problems", () => {
  const severityOf = (own: Parameters<typeof mark>[0], inside: Parameters<typeof mark>[0]) =>
    getStepRowProblemSummary({ own: mark(own), inside: mark(inside) }, true)?.severity;
  expect(severityOf("environment", "warning")).toBe("environment");
  expect(severityOf("warning", "environment")).toBe("environment");
  expect(severityOf("environment", "error")).toBe("error");
  expect(severityOf("error", "environment")).toBe("error");
});
