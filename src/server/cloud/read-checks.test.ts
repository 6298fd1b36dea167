import { expect, it } from "vitest";
import type { JsonValue } from "#core/json/json.ts";
import { readFlowValidation, readScriptCheck, readSecretStates } from "./read-checks.ts";

const asJson = (value: object) => value as JsonValue;
const OTHERS: readonly JsonValue[] = [null, "<html>", 7, [], {}, { valid: true }];

it("only the names that were asked for are read from the lists of secrets", () => {
  const json = { found: ["A", "OTHER", 7], missing: "none", revoked: ["B"] };
  expect(readSecretStates(json, ["A", "B", "C"])).toEqual({ found: ["A"], missing: [], revoked: ["B"] });
  for (const other of OTHERS) expect(readSecretStates(other, ["A"])).toBeUndefined();
});

it("the issues of a script are read with their line, and entries of unknown shapes are left out", () => {
  const issues = [
    { code: "SYNTAX_ERROR", message: " Unexpected token ", severity: "error", line: 3, column: 1 },
    { message: "Unused", severity: "warning", line: "4" },
    { message: "Odd", severity: "strange" },
    { message: "" },
    null,
  ];
  expect(readScriptCheck(asJson({ valid: false, issues }))).toEqual({
    issues: [
      { code: "SYNTAX_ERROR", message: "Unexpected token", severity: "error", line: 3 },
      { code: "", message: "Unused", severity: "warning" },
      { code: "", message: "Odd", severity: "error" },
    ],
  });
  for (const other of OTHERS) expect(readScriptCheck(other)).toBeUndefined();
});

it("the findings of a flow are read with their place, and entries of unknown shapes are left out", () => {
  const step = { index: 2, name: "Ask", type: "prompt", id: "a" };
  const json = {
    valid: true,
    errors: [{ code: "X", message: "Wrong", path: "flowSteps.0.name", step }, null, 7, {}, { message: "" }],
    warnings: "none",
    recommendations: [{ message: "Rename", path: 3, step: { name: "Ask" } }],
    context: { authenticated: true },
  };
  expect(readFlowValidation(asJson(json))).toEqual({
    valid: false,
    errors: [
      {
        code: "X",
        message: "Wrong",
        path: "flowSteps.0.name",
        step: { index: 2, name: "Ask", type: "prompt" },
      },
    ],
    warnings: [],
    recommendations: [{ code: "", message: "Rename", step: { index: -1, name: "Ask", type: "" } }],
    context: { authenticated: true, accountChecksPerformed: false, accountChecksSkipped: false },
  });
  for (const other of OTHERS) expect(readFlowValidation(other)).toBeUndefined();
});

it("long lists and messages are cut", () => {
  const errors = Array.from({ length: 2000 }, () => ({ message: "long ".repeat(1000) }));
  const read = readFlowValidation({ errors })?.errors;
  expect(read).toHaveLength(500);
  expect(read?.[0]?.message).toHaveLength(500);
});
