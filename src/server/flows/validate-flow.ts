import { FLOW_LIMITS, createFlowBodySchema } from "#contract/flow.ts";
import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import type { FlowValidationResult, ValidationIssue } from "#contract/flow-validation.ts";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import type { ProblemSeverity } from "#core/dataflow/problem.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { findStep } from "#core/document/step-list.ts";
import { listSchemaViolations, findUnstorableValue } from "#server/domain/assert-matches-schema.ts";
import type { FlowServiceDependencies } from "./flow-context.ts";
import { type ValidationIssueFactory, createValidationIssueFactory } from "./validation-issue-factory.ts";
import { listStepErrors, listStepsWithPaths, getStepsPropertyNameOfFlowBody } from "./list-step-errors.ts";

type Rules = Pick<FlowServiceDependencies, "extras" | "extraStepTypes">;

interface Payload {
  readonly body: JsonObject;
  readonly bodyText: string;
  readonly isAuthenticated: boolean;
}

type Issues = Readonly<Record<ProblemSeverity, readonly ValidationIssue[]>>;

/** Stores nothing. Omits the API's checks of the user's account, of which this server has no data. */
export function validateFlow(
  context: Rules,
  { body, bodyText, isAuthenticated }: Payload,
): FlowValidationResult {
  const key = getStepsPropertyNameOfFlowBody(body);
  const sent = body[key] ?? [];
  const refusals = listRefusals(context, body, bodyText);
  const isTooMuch = refusals.some(({ code }) => code === "TOO_MANY_STEPS" || code === "TOO_DEEP");
  const steps: readonly JsonObject[] = Array.isArray(sent) && !isTooMuch ? sent : [];
  const placed = listStepsWithPaths(steps, [key]).filter(({ step }) => isJsonObject(step));
  const writer = createValidationIssueFactory(placed, { withIds: context.extras });
  const isFlow = steps === sent;
  const { error, warning, info } = isFlow ? listProblems(steps.filter(isJsonObject), writer) : NOTHING;
  const errors = [...dropReported(refusals, error).map(writer.fromRefusal), ...error];
  return {
    valid: errors.length === 0,
    errors,
    warnings: [...warning],
    recommendations: [...info],
    context: {
      authenticated: isAuthenticated,
      accountChecksPerformed: false,
      accountChecksSkipped: true,
    },
  };
}

/** Maximum number of issues per severity: a malicious flow could have a hundred thousand. */
const MAX_ISSUES = FLOW_LIMITS.steps;

const NOTHING: Issues = { error: [], warning: [], info: [] };

function listRefusals(context: Rules, body: JsonObject, bodyText: string): readonly CodedErrorDetail[] {
  const loss = findUnstorableValue(bodyText, body);
  const key = getStepsPropertyNameOfFlowBody(body);
  const steps = body[key];
  const found = [
    ...(loss ? [loss] : []),
    ...listSchemaViolations(createFlowBodySchema, body),
    ...(Array.isArray(steps) ? listStepErrors(steps, key, context.extraStepTypes) : []),
  ];
  // Removes duplicate errors: for a list with too many steps, both the schema and `listStepErrors` report an error.
  return [...new Map(found.map((detail) => [`${detail.code} ${detail.path}`, detail])).values()];
}

function listProblems(steps: readonly JsonObject[], writer: ValidationIssueFactory): Issues {
  const issues: Record<ProblemSeverity, ValidationIssue[]> = { error: [], warning: [], info: [] };
  const document = parseFlowDocument({ name: "", flowSteps: steps });
  for (const problem of analyzeFlow(document, stepTypeLookup).problems) {
    const node = problem.step === undefined ? undefined : findStep(document, problem.step);
    const list = issues[problem.severity];
    if (list.length < MAX_ISSUES) list.push(writer.fromProblem(problem, node?.fields));
  }
  return issues;
}

function dropReported(
  refusals: readonly CodedErrorDetail[],
  errors: readonly ValidationIssue[],
): readonly CodedErrorDetail[] {
  const reported = new Set(errors.map(({ code, path = "" }) => `${code} ${path}`));
  return refusals.filter(({ code, path = "" }) => {
    if (code === "DUPLICATE_ID") return !reported.has(`duplicate-id ${path.replace(/\.id$/, "")}`);
    return code !== "INVALID_TYPE" || !reported.has(`bad-config ${path}`);
  });
}
