import { FLOW_LIMITS, createFlowBody } from "#contract/flow.ts";
import type { ErrorDetail } from "#contract/error-body.ts";
import type { FlowValidation, ValidationIssue } from "#contract/flow-validation.ts";
import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import { analyse } from "#core/dataflow/analyse.ts";
import type { Severity } from "#core/dataflow/problem.ts";
import { parseFlow } from "#core/flow-document.ts";
import { type JsonObject, isJsonObject } from "#core/json.ts";
import { findStep } from "#core/step-list.ts";
import type { Answer } from "#server/answer.ts";
import { checkValue, findLoss } from "#server/read-body.ts";
import type { FlowContext } from "./flow-context.ts";
import { type IssueWriter, createIssueWriter } from "./issue-writer.ts";
import { checkSteps, placeSteps } from "./step-rules.ts";
import { stepsKey } from "./write-flow.ts";

interface Payload {
  readonly body: JsonObject;
  readonly bodyText: string;
  readonly isAuthenticated: boolean;
}

type Issues = Readonly<Record<Severity, readonly ValidationIssue[]>>;

/**
 * What the editor would say of a flow, and what a `POST` of it would be refused for. Nothing is kept. An account has
 * nothing here that a flow could be checked against, so the checks that the API makes for its own are skipped.
 */
export function validateFlow(context: FlowContext, { body, bodyText, isAuthenticated }: Payload): Answer {
  const key = stepsKey(body);
  const sent = body[key] ?? [];
  const refusals = listRefusals(context, body, bodyText);
  const isTooMuch = refusals.some(({ code }) => code === "TOO_MANY_STEPS" || code === "TOO_DEEP");
  const steps: readonly JsonObject[] = Array.isArray(sent) && !isTooMuch ? sent : [];
  const placed = placeSteps(steps, [key]).filter(({ step }) => isJsonObject(step));
  const writer = createIssueWriter(placed, { withIds: context.extras });
  const isFlow = steps === sent;
  const { error, warning, info } = isFlow ? listProblems(steps.filter(isJsonObject), writer) : NOTHING;
  const errors = [...dropTold(refusals, error).map(writer.fromRefusal), ...error];
  const validation: FlowValidation = {
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
  return { status: 200, body: JSON.stringify(validation) };
}

/** Of each severity. No flow needs more than one for each of its steps; a hostile one would have a hundred thousand. */
const MAX_ISSUES = FLOW_LIMITS.steps;

const NOTHING: Issues = { error: [], warning: [], info: [] };

/** The reasons for which `POST /v1/flows` answers 400, all of them at once. */
function listRefusals(context: FlowContext, body: JsonObject, bodyText: string): readonly ErrorDetail[] {
  const loss = findLoss(bodyText, body);
  const key = stepsKey(body);
  const steps = body[key];
  const found = [
    ...(loss ? [loss] : []),
    ...checkValue(createFlowBody, body),
    ...(Array.isArray(steps) ? checkSteps(steps, key, context.extraStepTypes) : []),
  ];
  // Too long a list is told by the schema, and again where nested steps are counted.
  return [...new Map(found.map((detail) => [`${detail.code} ${detail.path}`, detail])).values()];
}

function listProblems(steps: readonly JsonObject[], writer: IssueWriter): Issues {
  const issues: Record<Severity, ValidationIssue[]> = { error: [], warning: [], info: [] };
  const document = parseFlow({ name: "", flowSteps: steps });
  for (const problem of analyse(document, stepTypes).problems) {
    const node = problem.step === undefined ? undefined : findStep(document, problem.step);
    const list = issues[problem.severity];
    if (list.length < MAX_ISSUES) list.push(writer.fromProblem(problem, node?.fields));
  }
  return issues;
}

/** The refusals that the analysis does not tell in its own words. */
function dropTold(
  refusals: readonly ErrorDetail[],
  errors: readonly ValidationIssue[],
): readonly ErrorDetail[] {
  const told = new Set(errors.map(({ code, path = "" }) => `${code} ${path}`));
  return refusals.filter(({ code, path = "" }) => {
    if (code === "DUPLICATE_ID") return !told.has(`duplicate-id ${path.replace(/\.id$/, "")}`);
    return code !== "INVALID_TYPE" || !told.has(`bad-config ${path}`);
  });
}
