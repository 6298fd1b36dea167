import type { FlowEvent } from "#contract/events.ts";
import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import { BRANCHES, type FlowDocument, MAX_LEVEL, type StepNode, parseFlow } from "#core/flow-document.ts";
import type { JsonValue } from "#core/json.ts";
import { readSetVariables } from "#core/references/read-set-variables.ts";
import { locateSteps } from "#core/step-list.ts";
import { isEnabled, outputVariable, stepConfig, stepName, stepType, stepWhen } from "#core/step.ts";
import { cutText } from "#server/cut-text.ts";
import { readErrorPlan } from "./error-plan.ts";
import { TemplateFiller } from "./fill-templates.ts";
import { platformVariables } from "./platform-variables.ts";
import { Redactor } from "./redactor.ts";
import type { RunEvent, RunOutcome, RunPlan, RunStep, StepOutcome } from "./run-plan.ts";
import { type RunSurroundings, type StepResult, readWhen, runStep } from "./run-step.ts";
import type { RunTools } from "./run-tools.ts";
import { RunVariables } from "./run-variables.ts";
import type { Runner } from "./runner.ts";
import { StepFailure, TOLD_LIMIT, describeFailure } from "./step-failure.ts";

type RunOptions = Parameters<Runner["run"]>[1];
/** As many as a store counts. */
const MOST_TOKENS = 2 ** 31 - 1;

type SkipReason = NonNullable<StepOutcome["skipReason"]>;

/** One run of a flow: goes through its steps in the order of the page, and tells of each. */
export class FlowRun {
  readonly #document: FlowDocument;
  readonly #tools: RunTools;
  readonly #plan: RunPlan;
  readonly #options: RunOptions;
  readonly #ending = new AbortController();
  readonly #startedAt: number;
  readonly #run: RunSurroundings;
  /** Set once no further step runs. */
  #stop: SkipReason | undefined;
  #error: string | undefined;
  #finalOutput: JsonValue | undefined;
  #isDeaf = false;
  readonly #counts = { successfulSteps: 0, failedSteps: 0, promptsExecuted: 0, contextSteps: 0 };
  #tokens: number | undefined;
  #cost: number | undefined;

  constructor(plan: RunPlan, tools: RunTools, options: RunOptions) {
    this.#plan = plan;
    this.#tools = tools;
    this.#options = options;
    this.#startedAt = tools.now();
    this.#document = parseFlow({ name: plan.flow.name, flowSteps: plan.steps });
    const produced = new Set(
      [...locateSteps(this.#document).values()].flatMap(({ node }) =>
        readSetVariables(node, stepTypes).map(({ name }) => name),
      ),
    );
    const secrets = { managed: tools.secrets, given: plan.secrets };
    const platform = platformVariables(plan, this.#startedAt, tools.now);
    const redactor = new Redactor([
      ...tools.hidden,
      ...Object.values(tools.secrets),
      ...Object.values(plan.secrets),
    ]);
    this.#run = {
      plan,
      tools: { ...tools, tellEvent: (caller, event) => tools.tellEvent(caller, hideIn(event, redactor)) },
      variables: new RunVariables(platform, produced, plan.inputs),
      secrets,
      redactor,
      signal: this.#ending.signal,
    };
  }

  async run(): Promise<RunOutcome> {
    const { signal } = this.#options;
    const { runMs } = this.#tools.limits;
    const cancel = () => this.#ending.abort(new StepFailure("The run was cancelled while this step ran."));
    const timer = setTimeout(() => {
      this.#ending.abort(
        new StepFailure(`The run took longer than the ${runMs / 1000} s that RUN_TIME_LIMIT allows.`),
      );
    }, runMs);
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      await this.#walk(this.#document.steps);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
    return this.#describe();
  }

  async #walk(steps: readonly StepNode[]): Promise<void> {
    for (const node of steps) await this.#visit(node);
  }

  async #visit(node: StepNode): Promise<void> {
    if (this.#stop === undefined && this.#ending.signal.aborted) this.#end();
    if (this.#stop !== undefined) return this.#skip(node, this.#stop);
    if (!isEnabled(node)) return this.#skip(node, "off");
    const startedAt = this.#tools.now();
    let result: StepResult;
    try {
      if (this.#locate(node).level > MAX_LEVEL) {
        throw new StepFailure(`Conditionals are nested more than ${MAX_LEVEL} levels deep.`);
      }
      if (!(await readWhen(node, this.#run))) return await this.#skip(node, "when");
    } catch (error) {
      const isTolerated = readErrorPlan(stepConfig(node)).isTolerant && !this.#ending.signal.aborted;
      const outcome = { ...this.#failure(startedAt, error), ...(isTolerated && { isTolerated }) };
      result = { output: undefined, outcome };
      await this.#tell({ type: "step-start", step: this.#describeStep(node), startedAt });
      return this.#close(node, result);
    }
    await this.#tell({ type: "step-start", step: this.#describeStep(node), startedAt });
    result = await runStep(node, this.#run, (delta) =>
      this.#tell({ type: "text", step: this.#describeStep(node), delta }),
    );
    await this.#close(node, result);
  }

  /** Keeps what the step gave, tells how it ended, and goes into the branch that a conditional chose. */
  async #close(node: StepNode, given: StepResult): Promise<void> {
    let { outcome } = given;
    // A conditional's variable is set after its branches, as the editor reads it.
    if (!node.branches) outcome = this.#keep(node, given);
    this.#count(node, outcome);
    await this.#tell({ type: "step-end", step: this.#describeStep(node), outcome });
    if (outcome.status === "failed" && !outcome.isTolerated) {
      this.#error ??= `${stepName(node)}: ${outcome.error}`;
      this.#end("failed");
    }
    if (node.branches) {
      const taken =
        given.output === undefined ? undefined : given.output === true ? BRANCHES[0] : BRANCHES[1];
      for (const branch of BRANCHES) {
        const steps = node.branches[branch] ?? [];
        if (branch === taken) await this.#walk(steps);
        else for (const step of steps) await this.#skip(step, this.#stop ?? "branch");
      }
      this.#keep(node, given);
    }
    this.#pass(node);
  }

  #keep(node: StepNode, { outcome, output }: StepResult): StepOutcome {
    const { variables, secrets, redactor } = this.#run;
    const config = stepConfig(node);
    let value = output;
    try {
      const filler = new TemplateFiller(variables, secrets);
      const name = filler.text(outputVariable(node) ?? "").trim();
      if (outcome.status === "completed") value ??= null;
      else if (outcome.isTolerated && config["defaultValue"] !== undefined) {
        value = filler.value(config["defaultValue"]);
      }
      if (value === undefined) return outcome;
      if (name !== "") variables.set(name, value);
      variables.setStepResult(stepName(node), value);
    } catch (error) {
      const { output: _output, isTolerated: _isTolerated, ...rest } = outcome;
      return { ...rest, ...this.#failure(outcome.startedAt, error) };
    }
    if (!node.branches && output !== undefined) this.#finalOutput = redactor.value(output);
    return outcome;
  }

  #failure(startedAt: number, error: unknown): StepOutcome {
    const text = cutText(this.#run.redactor.text(describeFailure(error)), TOLD_LIMIT.error);
    return { status: "failed", error: text, startedAt, completedAt: this.#tools.now() };
  }

  async #skip(node: StepNode, skipReason: SkipReason): Promise<void> {
    const now = this.#tools.now();
    const when = skipReason === "when" ? stepWhen(node) : "";
    await this.#tell({
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
    for (const branch of BRANCHES) {
      for (const step of node.branches?.[branch] ?? []) await this.#skip(step, skipReason);
    }
    this.#pass(node);
  }

  /** The run was to end with this step, whether or not it ran. */
  #pass(node: StepNode): void {
    if (node.key === this.#plan.upToStep) this.#stop ??= "beyond";
  }

  #end(reason: SkipReason = "failed"): void {
    this.#stop ??= this.#isCancelled() ? "cancelled" : reason;
    const { reason: cause } = this.#ending.signal as { readonly reason: unknown };
    if (this.#ending.signal.aborted) this.#error ??= describeFailure(cause);
  }

  #isCancelled(): boolean {
    return this.#options.signal.aborted || this.#isDeaf;
  }

  #count(node: StepNode, { status, totalTokens, cost }: StepOutcome): void {
    this.#counts[status === "completed" ? "successfulSteps" : "failedSteps"] += 1;
    this.#counts[stepType(node) === "prompt" ? "promptsExecuted" : "contextSteps"] += 1;
    if (totalTokens !== undefined) this.#tokens = Math.min((this.#tokens ?? 0) + totalTokens, MOST_TOKENS);
    if (cost !== undefined) this.#cost = (this.#cost ?? 0) + cost;
  }

  /** Where nobody listens any more, the run ends. */
  async #tell(event: RunEvent): Promise<void> {
    if (this.#isDeaf) return;
    try {
      await this.#options.onEvent(event);
    } catch {
      this.#isDeaf = true;
      this.#ending.abort(new StepFailure("The run was cancelled while this step ran."));
    }
  }

  #locate(node: StepNode) {
    const place = locateSteps(this.#document).get(node.key);
    if (!place) throw new Error(`The step ${node.key} is not in the flow.`);
    return place;
  }

  #describeStep(node: StepNode): RunStep {
    const { ordinal, level } = this.#locate(node);
    return {
      id: node.key,
      name: stepName(node),
      type: stepType(node),
      position: ordinal,
      depth: level,
      outputVariable: outputVariable(node),
    };
  }

  #describe(): RunOutcome {
    const status =
      this.#stop === "cancelled" || this.#isDeaf
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

/** An event reaches the browsers of others. */
function hideIn(event: FlowEvent, redactor: Redactor): FlowEvent {
  const { eventType, payload } = event;
  return {
    ...event,
    eventType: redactor.text(eventType),
    ...(payload !== undefined && { payload: redactor.value(payload) }),
  };
}
