import { truncateText } from "#server/domain/truncate-text.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { BRANCH_NAMES, type StepNode } from "#core/document/flow-document.ts";
import { CONDITION_SECRET_STEP_TYPE, VARIABLE_SECRET_STEP_TYPE } from "#core/references/list-secrets.ts";
import { getStepConfig, getStepType, getStepCondition } from "#core/document/step.ts";
import { readStepErrorPolicy } from "./step-error-policy.ts";
import { type RunSecrets, StepTemplateFiller } from "./step-template-filler.ts";
import { readStepInputVariables } from "./input-variables.ts";
import type { RunSecretRedactor } from "#server/redaction/run-secret-redactor.ts";
import type { RunMemory, TemporaryRunMemory } from "./run-memory.ts";
import type { FlowRunPlan, StepOutcome } from "./run-plan.ts";
import type { FlowRunDependencies } from "./flow-run-dependencies.ts";
import { RunValue, yieldToEventLoopIfLong } from "#server/domain/run-value.ts";
import { type RunVariables, assertFitsResult } from "./run-variables.ts";
import {
  type StepResultAfterFallbacks,
  type StepAttemptConfigOverrides,
  runStepWithFallbacks,
} from "./step-attempts.ts";
import type { StepRunContext, StepRunReportDetails, StepRunFunction } from "./step-run-context.ts";
import {
  StepFailure,
  MAX_STEP_REPORT_CHARACTERS,
  describeStepFailure,
  getErrorCode,
} from "#server/domain/step-failure.ts";
import { evaluateStepCondition } from "./steps/script-steps.ts";
import { getStepRunFunction } from "./steps/step-runners.ts";
import { withTimeLimit } from "./time-limits.ts";

export interface StepRunDependencies {
  readonly plan: FlowRunPlan;
  readonly tools: FlowRunDependencies;
  readonly variables: RunVariables;
  readonly secrets: RunSecrets;
  readonly redactor: RunSecretRedactor;
  readonly memory: RunMemory;
  readonly signal: AbortSignal;
  readonly createIdempotencyKey: (node: StepNode) => string;
}

export interface StepResult {
  readonly outcome: StepOutcome;
  readonly output: RunValue | undefined;
}

export async function evaluateWhenCondition(node: StepNode, run: StepRunDependencies): Promise<boolean> {
  const when = getStepCondition(node);
  if (when.trim() === "") return true;
  try {
    return await evaluateStepCondition(
      callFor(node, { ...run, received: run.memory.open() }, CONDITION_SECRET_STEP_TYPE, () => {}),
      when,
    );
  } catch (error) {
    throw new StepFailure(`Couldn’t evaluate the condition of this step. ${describeStepFailure(error)}`);
  }
}

/** Runs one step with its retries and fallbacks; never throws. */
export async function runStep(
  node: StepNode,
  run: StepRunDependencies,
  onText: (delta: string) => Promise<void>,
): Promise<StepResult> {
  const { tools, redactor, signal, variables } = run;
  const startedAt = tools.now();
  const inputs = readStepInputVariables(await tools.texts.readNames(node), variables, redactor);
  const errorPlan = readStepErrorPolicy(getStepConfig(node));
  let details: StepRunReportDetails = {};
  const received = run.memory.open();
  const call = callFor(
    node,
    { ...run, received },
    getStepType(node),
    (more) => (details = { ...details, ...more }),
  );
  const stream = redactor.stream();
  const emit = async (text: string) => (text === "" ? undefined : onText(text));
  const attempt = async ({ overrides, model }: StepAttemptConfigOverrides) => {
    received.release();
    const output = await withTimeLimit({ ...stepLimit(node, tools), signal }, (signal) =>
      findRunner(node)({
        ...call,
        filler: call.filler.forAttempt(),
        config: { ...call.config, ...overrides },
        plan: model === undefined ? call.plan : { ...call.plan, modelOverride: model },
        signal,
        say: async (delta) => (signal.aborted ? undefined : emit(stream.push(delta))),
      }).catch((error: unknown) => {
        if (error instanceof Error && !(error instanceof StepFailure)) tools.report(error);
        throw error;
      }),
    );
    return output === undefined || output instanceof RunValue ? output : RunValue.of(output);
  };
  const ended = await attemptAll(async () => {
    const attempted = await runStepWithFallbacks(errorPlan, attempt, {
      signal,
      fill: (text) => call.filler.usedAs(VARIABLE_SECRET_STEP_TYPE).text(text),
    });
    if (attempted.output !== undefined) {
      assertFitsResult(attempted.output);
      await run.memory.charge(attempted.output, signal);
      await yieldToEventLoopIfLong(attempted.output.json.length);
    }
    return attempted;
  });
  received.release();
  await emit(stream.end());
  const { output, error, errorCode, retryCount, fallback } = ended;
  const isTolerated = error !== undefined && errorPlan.isTolerant && !signal.aborted;
  const { answerText, ...reported } = details;
  const isAnswer = output !== undefined && fallback?.attempts.at(-1)?.type !== "message";
  const outcome: StepOutcome = {
    status: error === undefined ? "completed" : "failed",
    startedAt,
    completedAt: tools.now(),
    ...reported,
    ...(answerText !== undefined && isAnswer && { answerText: redactor.text(answerText) }),
    ...(details.modelUsed !== undefined && { modelUsed: redactor.text(details.modelUsed) }),
    ...(details.resolvedPrompt !== undefined && {
      resolvedPrompt: truncateText(redactor.text(details.resolvedPrompt), MAX_STEP_REPORT_CHARACTERS.prompt),
    }),
    ...(error === undefined
      ? output !== undefined && { output: redactor.runValue(output) }
      : { error: truncateText(redactor.text(error), MAX_STEP_REPORT_CHARACTERS.error), errorCode }),
    ...(isTolerated && { isTolerated }),
    ...(retryCount > 0 && { retryCount }),
    ...(fallback && { fallback: redactor.report(fallback as never) as never }),
    ...(inputs && { inputVariables: inputs }),
    ...(call.filler.unresolved.size > 0 && { unresolvedVariables: [...call.filler.unresolved] }),
  };
  return { outcome, output: error === undefined ? output : undefined };
}

function callFor(
  node: StepNode,
  run: StepRunDependencies & { readonly received: TemporaryRunMemory },
  use: string,
  note: StepRunContext["note"],
): StepRunContext {
  const { plan, tools, variables, secrets, redactor, signal, received } = run;
  const filler = new StepTemplateFiller(variables, secrets, use);
  return {
    config: getStepConfig(node),
    plan,
    tools,
    variables,
    filler,
    signal,
    createIdempotencyKey: () => run.createIdempotencyKey(node),
    say: async () => {},
    hide: (text) => redactor.hide(text),
    redact: (text) => redactor.text(text),
    note,
    memory: received,
  };
}

/** Returns the function that runs a step. A conditional only evaluates its condition; `FlowRun` runs the branch. */
function findRunner(node: StepNode): StepRunFunction {
  if (getStepType(node) !== "conditional") return getStepRunFunction(getStepType(node));
  return async (call) => {
    const isMet = await evaluateStepCondition(call, call.config["condition"]);
    const branch = isMet ? BRANCH_NAMES[0] : BRANCH_NAMES[1];
    if (!node.branches?.[branch])
      throw new StepFailure(`“${branch}” of this conditional must be a list of steps.`);
    return isMet;
  };
}

function stepLimit(node: StepNode, { limits }: FlowRunDependencies) {
  const ms = findStepDescription(getStepType(node))?.limitsItself ? Infinity : limits.stepMs;
  return { ms, message: `The step exceeded the time limit of ${ms / 1000} s (FLOWLINE_STEP_TIME_LIMIT).` };
}

async function attemptAll(run: () => Promise<StepResultAfterFallbacks>): Promise<StepResultAfterFallbacks> {
  try {
    return await run();
  } catch (error) {
    return {
      output: undefined,
      error: describeStepFailure(error),
      errorCode: getErrorCode(error),
      retryCount: 0,
      fallback: undefined,
    };
  }
}
