import { expect, it } from "vitest";
import { buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "./flow-document.ts";
import { hasVisibleText, quoteName, truncateNameToOneLine } from "./quote-name.ts";
import { getStepName } from "./step.ts";

it("quotes a name on one line, truncated, without marks that change the text direction", () => {
  expect(quoteName("Daily\n digest")).toBe("“Daily digest”");
  expect(quoteName("invoice \u202Egnp.exe")).toBe("“invoice gnp.exe”");
  expect(truncateNameToOneLine("x".repeat(10_000))).toBe(`${"x".repeat(59)}…`);
});

it("isolates a right-to-left name, so that the sentence does not change the order of its numbers", () => {
  expect(quoteName("דוח 123 (v2)")).toBe("“\u2068דוח 123 (v2)\u2069”");
  expect(quoteName("\u2067تقرير 7")).toBe("“\u2068تقرير 7\u2069”");
  expect(quoteName("Überblick 日本 👩‍👧")).toBe("“Überblick 日本 👩‍👧”");
});

it("a name of spaces and zero-width characters shows nothing, so a step with it is named by its type", () => {
  for (const name of ["", "  ", "\u200B\u200B", "\uFEFF\u2060", "\u00AD\t", "\u3164"])
    expect(hasVisibleText(name), JSON.stringify(name)).toBe(false);
  for (const name of ["a", " . ", "\u200Ba", "👩", "ا"]) expect(hasVisibleText(name)).toBe(true);
  const { steps } = parseFlowDocument({
    name: "F",
    flowSteps: [buildStep("a", { type: "prompt", name: "\u200B" })],
  });
  expect(steps.map(getStepName)).toEqual(["prompt"]);
});
