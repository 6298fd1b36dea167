import { expect, it } from "vitest";
import { buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { hasVisibleText, quoteName } from "./quote-name.ts";
import { getStepName } from "#core/document/step.ts";

it.each([
  ["only zero-width characters and direction marks", "\u200B\u202E\u2060", "“Untitled”"],
  ["500 characters long", "n".repeat(500), `“${"n".repeat(59)}…”`],
  ["long, with an emoji at its end", `${"y".repeat(58)}👍${"z".repeat(100)}`, `“${"y".repeat(58)}…”`],
  ["full of line breaks", "\r\na\n\nb\u2028c\u0085d\u0000e\t", "“a b c d e”"],
  ["markup and quotes", `<b>"it's"</b> {{x}} & ”`, `“<b>"it's"</b> {{x}} & ””`],
  ["Arabic", "تقرير 7", "“\u2068تقرير 7\u2069”"],
  ["Hebrew with an override", "\u202Eדוח 1\u202C", "“\u2068דוח 1\u2069”"],
  ["a right-to-left mark beside a number", "a\u200F 12", "“\u2068a\u200F 12\u2069”"],
])("quotes a name that is %s so that the sentence stays readable", (_kind, name, quoted) => {
  expect(quoteName(name)).toBe(quoted);
});

it("a name of spaces and zero-width characters counts as blank, so that the step shows its type instead", () => {
  for (const name of ["", "  ", "\u200B\u200B", "\uFEFF\u2060", "\u00AD\t", "\u3164"])
    expect(hasVisibleText(name), JSON.stringify(name)).toBe(false);
  for (const name of ["a", " . ", "\u200Ba", "👩", "ا"]) expect(hasVisibleText(name)).toBe(true);
  const { steps } = parseFlowDocument({
    name: "F",
    flowSteps: [buildStep("a", { type: "prompt", name: "\u200B" })],
  });
  expect(steps.map(getStepName)).toEqual(["prompt"]);
});
