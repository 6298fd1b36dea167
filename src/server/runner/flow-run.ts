import { setImmediate as nextTurn } from "node:timers/promises";
import {
  BRANCH_NAMES,
  type FlowDocument,
  MAX_NESTING_LEVEL,
  type StepNode,
  parseFlowDocument,
} from "#core/document/flow-document.ts";
import type { JsonValue } from "#core/json/json.ts";
import { getStepEffect } from "#contract/step-effects.ts";
import { VARIABLE_SECRET_STEP_TYPE } from "#core/references/list-secrets.ts";
import { getStepRunId } from "#core/document/run-ids.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import {
  isStepEnabled,
  getOutputVariable,
  getStepConfig,
  getStepName,
  getStepType,
  getStepCondition,
} from "#core/document/step.ts";
import { truncateText } from "#server/domain/truncate-text.ts";
import { readStepErrorPolicy } from "./step-error-policy.ts";
import { StepTemplateFiller } from "./step-template-filler.ts";
import { createPlatformVariables } from "./platform-variables.ts";
import { RunSecretRedactor, redactFlowEvent } from "#server/redaction/run-secret-redactor.ts";
import { createRunClock } from "./run-clock.ts";
import { fillApiCallStepAuthHeaders } from "./steps/http-steps.ts";
import type {
  FlowRunEvent,
  FlowRunOutcome,
  FlowRunPlan,
  RunStepDescription,
  StepOutcome,
} from "./run-plan.ts";
import { type StepRunDependencies, type StepResult, evaluateWhenCondition, runStep } from "./run-step.ts";
import type { FlowRunDependencies } from "./flow-run-dependencies.ts";
import { redactErrorForLog } from "#server/redaction/redact-error.ts";
import type { FinishedStep } from "./run-checkpoint.ts";
import { RunVariables, assertFitsResult } from "./run-variables.ts";
import type { FlowRunner } from "./runner.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { createStepIdempotencyKey } from "./step-idempotency-key.ts";
import {
  StepFailure,
  createCancellationFailure,
  MAX_STEP_REPORT_CHARACTERS,
  describeStepFailure,
  getErrorCode,
} from "#server/domain/step-failure.ts";
import { quoteName } from "#core/text/quote-name.ts";

type RunOptions = Parameters<FlowRunner["run"]>[1];
/** Maximum token count: the largest value of the database column, an `integer`. */
const MAX_TOKENS = 2 ** 31 - 1;
const TURN_MS = 10;

type StoredResult = Omit<FinishedStep, "position">;

type SkipReason = NonNullable<StepOutcome["skipReason"]>;

export class FlowRun {
  readonly #document: FlowDocument;
  readonly #tools: FlowRunDependencies;
  readonly #plan: FlowRunPlan;
  readonly #options: RunOptions;
  readonly #ending = new AbortController();
  readonly #startedAt: number;
  readonly #run: StepRunDependencies;
  #stop: SkipReason | undefined;
  #error: string | undefined;
  #finalOutput: RunValue | undefined;
  #hasListenerFailed = false;
  #turn = performance.now();
  readonly #counts = { successfulSteps: 0, failedSteps: 0, promptsExecuted: 0, contextSteps: 0 };
  #tokens: number | undefined;
  #cost: number | undefined;

  constructor(plan: FlowRunPlan, tools: FlowRunDependencies, options: RunOptions) {
    this.#plan = plan;
    this.#tools = { ...tools, now: createRunClock(tools.now, () => performance.now()) };
    this.#options = options;
    this.#startedAt = this.#tools.now();
    this.#document = parseFlowDocument({ name: plan.flow.name, flowSteps: plan.steps });
    const secrets = { managed: tools.secrets, given: plan.secrets };
    // Uses the start time of the first attempt, so that `_execution` does not change when a run resumes.
    const firstStartedAt = options.checkpoint?.startedAt ?? this.#startedAt;
    const platform = createPlatformVariables(plan, firstStartedAt, tools.now);
    const runKey = plan.idempotencyKey ?? plan.executionId;
    const redactor = new RunSecretRedactor([...tools.hidden, ...Object.values(plan.secrets)]);
    this.#run = {
      plan,
      tools: {
        ...this.#tools,
        publishEvent: (caller, event) => tools.publishEvent(caller, redactFlowEvent(event, redactor)),
        report: (error) => tools.report(redactErrorForLog(error, redactor)),
      },
      variables: new RunVariables({
        platform,
        document: this.#document,
        inputs: plan.inputs,
        recordMetadata: plan.record?.metadata ?? {},
      }),
      secrets,
      redactor,
      memory: options.memory,
      signal: this.#ending.signal,
      createIdempotencyKey: (node) => createStepIdempotencyKey(runKey, this.#locate(node).ordinal),
    };
  }

  async run(): Promise<FlowRunOutcome> {
    const { signal } = this.#options;
    const { runMs } = this.#tools.limits;
    const cancel = () => this.#ending.abort(createCancellationFailure());
    const timer = setTimeout(() => {
      this.#ending.abort(
        new StepFailure(`The run exceeded the time limit of ${runMs / 1000} s (FLOWLINE_RUN_TIME_LIMIT).`, {
          code: "TIME_LIMIT",
        }),
      );
    }, runMs);
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      await this.#chargeInputs();
      await this.#walk(this.#document.steps, false);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
    return this.#describe();
  }

  /** Charges the flow and what the run was given. If it does not fit, the run ends before its first step. */
  async #chargeInputs(): Promise<void> {
    const { memory, variables, signal } = this.#run;
    const { steps, record, messages } = this.#plan;
    const parsed = [steps, record?.metadata ?? null, messages].map((value) => RunValue.of(value));
    const finished = this.#options.checkpoint?.outputs ?? [];
    try {
      for (const value of [...variables.values, ...parsed, ...finished]) await memory.charge(value, signal);
    } catch (error) {
      if (!signal.aborted) this.#error = describeStepFailure(error);
      this.#end();
    }
  }

  /** `isFollowed`: other steps come after this list, so results are saved before the run reaches these. */
  async #walk(steps: readonly StepNode[], isFollowed: boolean): Promise<void> {
    const last = steps.findLastIndex((node) => isStepEnabled(node));
    for (const [index, node] of steps.entries()) await this.#visit(node, isFollowed || index < last);
  }

  async #visit(node: StepNode, isFollowed: boolean): Promise<void> {
    const finished = this.#options.checkpoint?.find(this.#locate(node).ordinal);
    if (finished) return this.#applyFinished(node, finished, isFollowed);
    if (this.#stop === undefined && this.#ending.signal.aborted) this.#end();
    if (this.#stop !== undefined) return this.#skip(node, this.#stop);
    if (!isStepEnabled(node)) return this.#skip(node, "off");
    await this.#yield();
    const startedAt = this.#tools.now();
    let result: StepResult;
    try {
      if (this.#locate(node).level > MAX_NESTING_LEVEL) {
        throw new StepFailure(`Conditionals are nested more than ${MAX_NESTING_LEVEL} levels deep.`);
      }
      if (!(await evaluateWhenCondition(node, this.#run))) {
        const completedAt = this.#tools.now();
        this.#addToCheckpoint(node, {
          outcome: { status: "skipped", skipReason: "when", startedAt: completedAt, completedAt },
        });
        return await this.#skip(node, "when", completedAt);
      }
    } catch (error) {
      const isTolerated = readStepErrorPolicy(getStepConfig(node)).isTolerant && !this.#ending.signal.aborted;
      const outcome = { ...this.#failure(startedAt, error), ...(isTolerated && { isTolerated }) };
      result = { output: undefined, outcome };
      await this.#emit({ type: "step-start", step: this.#describeStep(node), startedAt });
      return this.#close(node, result, isFollowed);
    }
    if (getStepEffect(node) !== undefined) {
      // Saves all earlier results first: if this step runs again after a crash, it must read the same inputs.
      await this.#options.checkpoint?.flush();
      if (this.#ending.signal.aborted) this.#end();
      if (this.#stop !== undefined) return this.#skip(node, this.#stop);
    }
    await this.#emit({ type: "step-start", step: this.#describeStep(node), startedAt });
    result = await runStep(node, this.#run, (delta) =>
      this.#emit({ type: "text", step: this.#describeStep(node), delta }),
    );
    await this.#close(node, result, isFollowed);
  }

  /** Applies the result of a step that an earlier attempt of the run finished, instead of running it again. */
  async #applyFinished(node: StepNode, finished: FinishedStep, isFollowed: boolean): Promise<void> {
    await this.#yield();
    const { outcome } = finished;
    if (outcome.status === "skipped") return this.#skip(node, "when", outcome.startedAt);
    if (getStepType(node) === "api-call") this.#hideCredentials(node);
    const output = outcome.status === "completed" ? outcome.output : undefined;
    await this.#close(node, { outcome, output }, isFollowed, finished);
  }

  /** Redacts the encoded credentials of a step that is not run again, because later results may contain them. */
  #hideCredentials(node: StepNode): void {
    const { variables, secrets, redactor } = this.#run;
    const filler = new StepTemplateFiller(variables, secrets, getStepType(node));
    try {
      fillApiCallStepAuthHeaders({
        config: getStepConfig(node),
        filler,
        hide: (text) => redactor.hide(text),
      });
    } catch {
      // Ignores the error: if this attempt cannot fill in the credentials, its steps cannot send them either.
    }
  }

  /** Yields to the event loop: a series of steps that never await I/O would block all other requests. */
  async #yield(): Promise<void> {
    if (performance.now() - this.#turn < TURN_MS) return;
    await nextTurn();
    this.#turn = performance.now();
  }

  async #close(
    node: StepNode,
    given: StepResult,
    isFollowed: boolean,
    finished?: FinishedStep,
  ): Promise<void> {
    let stored: StoredResult = { outcome: given.outcome };
    // Only after its branches have run: the editor's analysis assumes this order.
    if (!node.branches) stored = await this.#store(node, given, finished);
    const { outcome } = stored;
    if (!finished?.isTaken) this.#count(node, outcome);
    const endsRun = outcome.status === "failed" && !outcome.isTolerated;
    if (!finished && !this.#hasSecret(stored, given)) this.#addToCheckpoint(node, stored);
    if (!finished && isFollowed && !endsRun && getStepEffect(node) !== undefined)
      await this.#options.checkpoint?.flush();
    await this.#emit({ type: "step-end", step: this.#describeStep(node), outcome });
    if (endsRun) {
      this.#error ??= `${quoteName(getStepName(node))}: ${outcome.error}`;
      this.#end("failed");
    }
    if (node.branches) {
      const taken = given.output && (given.output.value === true ? BRANCH_NAMES[0] : BRANCH_NAMES[1]);
      for (const branch of BRANCH_NAMES) {
        const steps = node.branches[branch] ?? [];
        if (branch === taken) await this.#walk(steps, isFollowed);
        else for (const step of steps) await this.#skip(step, this.#stop ?? "branch");
      }
      await this.#store(node, given);
    }
    this.#endAfterLastStep(node);
  }

  /** Whether a result contains a secret. The checkpoint omits it, so the step runs again after a crash. */
  #hasSecret({ outcome, defaultValue }: StoredResult, { output }: StepResult): boolean {
    if (outcome.output !== undefined && outcome.output !== output) return true;
    return defaultValue !== undefined && this.#run.redactor.value(defaultValue) !== defaultValue;
  }

  #addToCheckpoint(node: StepNode, stored: StoredResult): void {
    // Omits a step that failed only because the run was aborted: it must run again when the run resumes.
    if (stored.outcome.status === "failed" && this.#ending.signal.aborted) return;
    this.#options.checkpoint?.add({ position: this.#locate(node).ordinal, ...stored });
  }

  async #store(
    node: StepNode,
    { outcome, output }: StepResult,
    finished?: FinishedStep,
  ): Promise<StoredResult> {
    const { variables, secrets, memory, signal } = this.#run;
    const config = getStepConfig(node);
    let value = output;
    let defaultValue: JsonValue | undefined;
    try {
      const filler = new StepTemplateFiller(variables, secrets, VARIABLE_SECRET_STEP_TYPE);
      const name = filler.text(getOutputVariable(node) ?? "").trim();
      if (outcome.status === "completed") value ??= RunValue.of(null);
      else if (outcome.isTolerated && config["defaultValue"] !== undefined) {
        defaultValue = finished?.defaultValue ?? filler.value(config["defaultValue"]);
        value = RunValue.of(defaultValue);
        assertFitsResult(value);
        await memory.charge(value, signal);
      }
      if (value === undefined) return { outcome };
      if (name !== "") variables.set(name, value);
      variables.setStepResult(getStepName(node), value);
    } catch (error) {
      const { output: _output, isTolerated: _isTolerated, ...report } = outcome;
      return { outcome: { ...report, ...this.#failure(outcome.startedAt, error) } };
    }
    if (!node.branches && output !== undefined) this.#finalOutput = outcome.output;
    return { outcome, defaultValue };
  }

  #failure(startedAt: number, error: unknown): StepOutcome {
    const text = truncateText(
      this.#run.redactor.text(describeStepFailure(error)),
      MAX_STEP_REPORT_CHARACTERS.error,
    );
    const errorCode = getErrorCode(error);
    return { status: "failed", error: text, errorCode, startedAt, completedAt: this.#tools.now() };
  }

  async #skip(node: StepNode, skipReason: SkipReason, now = this.#tools.now()): Promise<void> {
    const when = skipReason === "when" ? getStepCondition(node) : "";
    await this.#emit({
      type: "step-end",
      step: this.#describeStep(node),
      outcome: {
        status: "skipped",
        skipReason,
        ...(when !== "" && { when }),
        startedAt: now,
        completedAt: now,
      },
    });
    for (const branch of BRANCH_NAMES) {
      for (const step of node.branches?.[branch] ?? []) await this.#skip(step, skipReason);
    }
    this.#endAfterLastStep(node);
  }

  /** Ends the run if this step is the one in `upToStep`, whether the step ran or was skipped. */
  #endAfterLastStep(node: StepNode): void {
    const { upToStep } = this.#plan;
    if (upToStep !== undefined && getStepRunId(this.#document, node) === upToStep) this.#stop ??= "beyond";
  }

  #end(reason: SkipReason = "failed"): void {
    this.#stop ??= this.#isCancelled() ? "cancelled" : reason;
    const { signal } = this.#ending;
    if (signal.aborted) this.#error ??= describeStepFailure(signal.reason);
  }

  #isCancelled(): boolean {
    return this.#options.signal.aborted || this.#hasListenerFailed;
  }

  #count(node: StepNode, { status, totalTokens, cost }: StepOutcome): void {
    this.#counts[status === "completed" ? "successfulSteps" : "failedSteps"] += 1;
    this.#counts[getStepType(node) === "prompt" ? "promptsExecuted" : "contextSteps"] += 1;
    if (totalTokens !== undefined) this.#tokens = Math.min((this.#tokens ?? 0) + totalTokens, MAX_TOKENS);
    if (cost !== undefined) this.#cost = (this.#cost ?? 0) + cost;
  }

  async #emit(event: FlowRunEvent): Promise<void> {
    if (this.#hasListenerFailed) return;
    try {
      await this.#options.onEvent(event);
    } catch {
      this.#hasListenerFailed = true;
      this.#ending.abort(createCancellationFailure());
    }
  }

  #locate(node: StepNode) {
    const place = getLocationsOfAllSteps(this.#document).get(node.key);
    if (!place) throw new Error(`The step ${node.key} is not in the flow.`);
    return place;
  }

  #describeStep(node: StepNode): RunStepDescription {
    const { ordinal, level } = this.#locate(node);
    return {
      id: getStepRunId(this.#document, node),
      name: getStepName(node),
      type: getStepType(node),
      position: ordinal,
      depth: level,
      outputVariable: getOutputVariable(node),
    };
  }

  #describe(): FlowRunOutcome {
    const status =
      this.#stop === "cancelled" || this.#hasListenerFailed
        ? "cancelled"
        : this.#stop === "failed"
          ? "failed"
          : "completed";
    return {
      status,
      ...(status === "failed" && this.#error !== undefined && { error: this.#error }),
      ...(this.#finalOutput !== undefined && { finalOutput: this.#finalOutput }),
      startedAt: this.#startedAt,
      completedAt: this.#tools.now(),
      ...this.#counts,
      ...(this.#tokens !== undefined && { totalTokens: this.#tokens }),
      ...(this.#cost !== undefined && { cost: this.#cost }),
    };
  }
}
