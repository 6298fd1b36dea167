import type { DispatchEvents } from "#contract/dispatch.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { type JsonValue, isJsonObject } from "#core/json.ts";
import type { DispatchEvent } from "#client/data/dispatch.ts";

/** Where one step of a trial stands. */
export interface StepTrial {
  readonly status: "waiting" | "running" | "completed" | "failed" | "skipped" | "cancelled";
  /** What a model has said so far. */
  readonly text: string;
  readonly startedAt?: string | undefined;
  /** How it ended, where it ran. */
  readonly end?: DispatchEvents["step_complete"];
  readonly skip?: DispatchEvents["step_skip"];
  /** Absent where there is none. */
  readonly output?: JsonValue;
}

/** One run of a draft, as far as it has been told. */
export interface TrialRun {
  /** The draft that runs, or ran: the open flow may have become another since. */
  readonly document: FlowDocument;
  /** The last step that was to run; undefined for all of them. */
  readonly upTo: StepKey | undefined;
  /** `refused`: nothing ran. `lost`: the stream was cut, and nobody knows how it went on. */
  readonly status: "running" | "completed" | "failed" | "stopped" | "refused" | "lost";
  readonly error?: string;
  readonly steps: ReadonlyMap<StepKey, StepTrial>;
  /** Whose text a block of text is. */
  readonly texts: ReadonlyMap<string, StepKey>;
  readonly durationMs?: number | undefined;
  readonly cost?: number | undefined;
  readonly tokens?: number | undefined;
}

const WAITING: StepTrial = { status: "waiting", text: "" };

export function startTrialRun(document: FlowDocument, upTo: StepKey | undefined): TrialRun {
  const steps = new Map<StepKey, StepTrial>();
  const wait = (nodes: readonly StepNode[] = []) => {
    for (const { key, branches } of nodes) {
      steps.set(key, WAITING);
      wait(branches?.trueSteps);
      wait(branches?.falseSteps);
    }
  };
  wait(document.steps);
  return { document, upTo, status: "running", steps, texts: new Map() };
}

/** The run after it told these events, in their order. */
export function hearEvents(run: TrialRun, events: readonly DispatchEvent[]): TrialRun {
  const steps = new Map(run.steps);
  const texts = new Map(run.texts);
  let next: TrialRun = { ...run, steps, texts };
  const change = (id: string, changed: Partial<StepTrial>) => {
    // The steps were sent under their keys. One that the flow does not hold is the server's own affair.
    const before = steps.get(id as StepKey);
    if (before) steps.set(id as StepKey, { ...before, ...changed });
  };
  for (const event of events) {
    switch (event.type) {
      case "execution_start":
        break;
      case "step_start":
        change(event.id, { status: "running", startedAt: event.startedAt });
        break;
      case "text_start":
        if (event.stepId !== undefined) texts.set(event.id, event.stepId as StepKey);
        break;
      case "text_delta": {
        const key = texts.get(event.id);
        const before = key === undefined ? undefined : steps.get(key);
        if (key !== undefined && before) change(key, { text: before.text + event.delta });
        break;
      }
      case "text_complete":
        break;
      case "step_complete":
        change(event.id, {
          status: event.success === false ? "failed" : "completed",
          end: event,
          ...readOutput(event),
        });
        break;
      case "step_skip":
        change(event.id, { status: "skipped", skip: event });
        break;
      case "execution_complete":
        next = {
          ...next,
          status: event.success ? "completed" : "failed",
          durationMs: event.durationMs,
          cost: event.totalCost,
          tokens: event.totalTokensUsed,
        };
        break;
      case "execution_error":
        next = {
          ...next,
          status: event.code === "cancelled" ? "stopped" : "failed",
          error: event.error,
          durationMs: readNumber(event["durationMs"]),
          cost: readNumber(event["totalCost"]),
          tokens: readNumber(event["totalTokensUsed"]),
        };
    }
  }
  return next.status === "running" ? next : settle(next);
}

/** The run as it stands when nothing more will be told of it. */
export function endTrialRun(run: TrialRun, status: "stopped" | "refused" | "lost", error?: string): TrialRun {
  return settle({ ...run, status, ...(error !== undefined && { error }) });
}

/** What was under way when the run ended was ended with it. */
function settle(run: TrialRun): TrialRun {
  const steps = new Map(run.steps);
  for (const [key, step] of steps) {
    if (step.status === "running") steps.set(key, { ...step, status: "cancelled" });
  }
  return { ...run, steps };
}

/** A prompt's answer stands in a field of its result; what other steps give is the result. */
function readOutput({ result, stepType }: DispatchEvents["step_complete"]): Partial<StepTrial> {
  if (result === undefined) return {};
  const isAnswer = stepType === "prompt" && isJsonObject(result) && Object.hasOwn(result, "response");
  const output = isAnswer ? result["response"] : result;
  return output === undefined ? {} : { output };
}

function readNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
