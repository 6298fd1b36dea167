import { expect, it } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import {
  type Validator,
  createCurrentFindingLister,
  getValidator,
  listNewFindings,
} from "./validate-by-api.ts";

const document = buildDocument(
  buildStep("ask", { name: "Ask", config: { model: "m", tools: { toolIds: ["a"] } } }),
  buildConditional("route", [buildStep("mail", { type: "send-email", name: "Mail" })]),
);
const NO_FINDINGS = { errors: [], warnings: [], recommendations: [] };
const read = (
  value: Partial<Parameters<typeof listNewFindings>[0]>,
  known: readonly Problem[] = [],
  validator: Validator = "API",
) =>
  listNewFindings({ ...NO_FINDINGS, ...value }, document, { known, validator }).map(
    ({ severity, step, at, messageAtStep }) => [severity, step, at.join("."), messageAtStep].join(" | "),
  );
const issue = (path: string, message = "Wrong") => ({ code: "INVALID", message, path });

it("finds the step and the field of a path, also in a branch", () => {
  expect(
    read({
      errors: [
        issue("flowSteps.0.config.model"),
        issue("flowSteps[0].config.tools.toolIds[0]"),
        issue("flowSteps.1.config.trueSteps.0.config.to"),
        issue("steps.1.when"),
      ],
    }),
  ).toEqual([
    "error | ask | config.model | The API says: Wrong",
    "error | ask | config.tools.toolIds.0 | The API says: Wrong",
    "error | mail | config.to | The API says: Wrong",
    "error | route | when | The API says: Wrong",
  ]);
});

it("finds the step by name and type if the path does not name it, or else reports the finding for the whole flow", () => {
  const step = { index: 7, name: "Ask", type: "prompt" };
  expect(
    read({
      warnings: [{ code: "X", message: "Costly", step }],
      recommendations: [
        { code: "Y", message: "Rename", step: { ...step, name: "Other" } },
        issue("flowSteps.9.name"),
      ],
    }),
  ).toEqual([
    "warning | ask |  | The API says: Costly",
    "info |  |  | The API says: Rename",
    "info |  |  | The API says: Wrong",
  ]);
});

it("omits findings that the page already reports, and cuts long lists", () => {
  const problem = { code: "bad-config", step: "ask", at: ["config", "model"] } as unknown as Problem;
  const known = [problem];
  const same = { code: "bad-config", message: "Model must be text.", path: "flowSteps.0.config.model" };
  expect(read({ errors: [same, { ...same, code: "TOO_LONG" }] }, known, getValidator(undefined))).toEqual([
    "error | ask | config.model | The server says: Model must be text.",
  ]);
  const many = Array.from({ length: 400 }, () => issue("flowSteps.0.name"));
  expect(read({ errors: many, warnings: many })).toHaveLength(500);
});

it.each([
  [true, "API"],
  ["Needs an account of a connected API.", "server"],
])("a flow is validated by an API only with its account", (accountValidation, validator) => {
  expect(getValidator({ features: { accountValidation } } as never)).toBe(validator);
});

it("keeps the findings of steps that have not changed since the validation", () => {
  const errors = [issue("flowSteps.0.config.model"), issue("flowSteps.1.when"), issue("name")];
  const findings = listNewFindings({ ...NO_FINDINGS, errors }, document, { known: [], validator: "API" });
  const list = createCurrentFindingLister(document, findings);
  expect(list(document)).toHaveLength(3);
  const [first, second] = document.steps;
  if (!first || !second) throw new Error("the flow has two steps");
  const edited = { ...document, steps: [{ ...first, fields: { ...first.fields, name: "Other" } }, second] };
  expect(list(edited).map(({ step }) => step)).toEqual(["route"]);
});
