import { cutText } from "#server/cut-text.ts";
import { BRANCHES, type StepNode } from "#core/flow-document.ts";
import type { JsonValue } from "#core/json.ts";
import { stepConfig, stepType, stepWhen } from "#core/step.ts";
import { readErrorPlan } from "./error-plan.ts";
import { type RunSecrets, TemplateFiller } from "./fill-templates.ts";
import { readInputVariables } from "./input-variables.ts";
import type { Redactor } from "./redactor.ts";
import type { RunPlan, StepOutcome } from "./run-plan.ts";
import type { RunTools } from "./run-tools.ts";
import { type RunVariables, writeValue } from "./run-variables.ts";
import { type AttemptedStep, type Attempt, attemptStep } from "./step-attempts.ts";
import type { StepCall, StepDetails, StepRunner } from "./step-call.ts";
import { StepFailure, TOLD_LIMIT, describeFailure } from "./step-failure.ts";
import { isTrue } from "./steps/script-steps.ts";
import { getStepRunner } from "./steps/step-runners.ts";
import { withTimeLimit } from "./time-limits.ts";

/** What all steps of a run share. */
export interface RunSurroundings {
  readonly plan: RunPlan;
  readonly tools: RunTools;
  readonly variables: RunVariables;
  readonly secrets: RunSecrets;
  readonly redactor: Redactor;
  /** Aborted when the run is to end, with the reason. */
  readonly signal: AbortSignal;
}

export interface StepResult {
  readonly outcome: StepOutcome;
  /** As later steps read it; undefined where the step failed or gave none. */
  readonly output: JsonValue | undefined;
}

/** Whether a step's `when` lets it run. Throws a `StepFailure` where that cannot be said. */
export async function readWhen(node: StepNode, run: RunSurroundings): Promise<boolean> {
  const when = stepWhen(node);
  if (when.trim() === "") return true;
  try {
    return await isTrue(
      callFor(node, run, () => {}),
      when,
    );
  } catch (error) {
    throw new StepFailure(`Whether this step runs could not be decided. ${describeFailure(error)}`);
  }
}

/** Runs one step to its end; never throws. */
export async function runStep(
  node: StepNode,
  run: RunSurroundings,
  onText: (delta: string) => Promise<void>,
): Promise<StepResult> {
  const { tools, redactor, signal, variables } = run;
  const startedAt = tools.now();
  const inputs = readInputVariables(node, variables, redactor);
  const errorPlan = readErrorPlan(stepConfig(node));
  let details: StepDetails = {};
  const call = callFor(node, run, (more) => (details = { ...details, ...more }));
  const stream = redactor.stream();
  const tell = async (text: string) => (text === "" ? undefined : onText(text));
  const attempt = ({ overrides, model }: Attempt) =>
    withTimeLimit({ ...stepLimit(node, tools), signal }, (signal) =>
      findRunner(node)({
        ...call,
        config: { ...call.config, ...overrides },
        plan: model === undefined ? call.plan : { ...call.plan, modelOverride: model },
        signal,
        say: async (delta) => (signal.aborted ? undefined : tell(stream.push(delta))),
      }).catch((error: unknown) => {
        if (error instanceof Error && !(error instanceof StepFailure)) tools.report(error);
        throw error;
      }),
    );
  const ended = await settle(async () => {
    const attempted = await attemptStep(errorPlan, attempt, {
      signal,
      fill: (text) => call.filler.text(text),
    });
    if (attempted.output !== undefined) writeValue(attempted.output);
    return attempted;
  });
  await tell(stream.end());
  const { output, error, retryCount, fallback } = ended;
  const isTolerated = error !== undefined && errorPlan.isTolerant && !signal.aborted;
  const outcome: StepOutcome = {
    status: error === undefined ? "completed" : "failed",
    startedAt,
    completedAt: tools.now(),
    ...details,
    ...(details.resolvedPrompt !== undefined && {
      resolvedPrompt: cutText(redactor.text(details.resolvedPrompt), TOLD_LIMIT.prompt),
    }),
    ...(error === undefined
      ? output !== undefined && { output: redactor.value(output) }
      : { error: cutText(redactor.text(error), TOLD_LIMIT.error) }),
    ...(isTolerated && { isTolerated }),
    ...(retryCount > 0 && { retryCount }),
    ...(fallback && { fallback: redactor.value(fallback as never) as never }),
    ...(inputs && { inputVariables: inputs }),
    ...(call.filler.unresolved.size > 0 && { unresolvedVariables: [...call.filler.unresolved] }),
  };
  return { outcome, output: error === undefined ? output : undefined };
}

function callFor(node: StepNode, run: RunSurroundings, note: StepCall["note"]): StepCall {
  const { plan, tools, variables, secrets, redactor, signal } = run;
  const filler = new TemplateFiller(variables, secrets);
  return {
    config: stepConfig(node),
    plan,
    tools,
    variables,
    filler,
    signal,
    say: async () => {},
    hide: (text) => redactor.hide(text),
    redact: (text) => redactor.text(text),
    note,
  };
}

/** A conditional's own part is to say which of its branches runs. */
function findRunner(node: StepNode): StepRunner {
  if (stepType(node) !== "conditional") return getStepRunner(stepType(node));
  return async (call) => {
    const isMet = await isTrue(call, call.config["condition"]);
    const branch = isMet ? BRANCHES[0] : BRANCHES[1];
    if (!node.branches?.[branch])
      throw new StepFailure(`“${branch}” of this conditional is not a list of steps.`);
    return isMet;
  };
}

/** Waiting is not being slow: it has a limit of its own. */
function stepLimit(node: StepNode, { limits }: RunTools) {
  const ms = stepType(node) === "wait-until" ? Infinity : limits.stepMs;
  return { ms, message: `The step took longer than the ${ms / 1000} s that STEP_TIME_LIMIT allows.` };
}

async function settle(run: () => Promise<AttemptedStep>): Promise<AttemptedStep> {
  try {
    return await run();
  } catch (error) {
    return { output: undefined, error: describeFailure(error), retryCount: 0, fallback: undefined };
  }
}
