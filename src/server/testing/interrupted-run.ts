import type { JsonObject } from "#core/json/json.ts";
import { createFlowRunner } from "#server/runner/create-runner.ts";
import { StepTemplateAndScriptParser } from "#server/runner/template-and-script-parser.ts";
import { RunCheckpoint } from "#server/runner/run-checkpoint.ts";
import type {
  FlowRunEvent,
  FlowRunOutcome,
  FlowRunPlan,
  RecordOfRun,
  StepOutcome,
} from "#server/runner/run-plan.ts";
import { RunValue } from "#server/domain/run-value.ts";
import { ScriptThreadPool } from "#server/runner/scripts/script-pool.ts";
import { SUPPORTED_STEP_TYPES } from "#server/runner/steps/step-runners.ts";
import { createBackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { startUnlimitedRunMemory } from "./unlimited-run-memory.ts";
import { EMPTY_RUN_PLAN } from "./run-harness.ts";

/** An effect outside the run: a request, an email, an event, a call of a model, or a write to a record. */
export interface SeenEffect {
  readonly step: string;
  readonly key: string | undefined;
  readonly content: unknown;
}

/** Where a worker is killed: when its n-th effect (from 1) was received, or after its n-th event. */
export type CrashPoint = { readonly effect: number } | { readonly event: number };

export interface Attempt {
  readonly effects: readonly SeenEffect[];
  readonly events: readonly FlowRunEvent[];
  /** Undefined if the worker was killed. */
  readonly outcome: FlowRunOutcome | undefined;
}

export interface AttemptOptions {
  readonly crash?: CrashPoint | undefined;
  /** Saves the unsaved steps after every event, as frequent heartbeats do. */
  readonly hasHeartbeats?: boolean;
  readonly plan?: Partial<FlowRunPlan>;
}

class Killed extends Error {}

/** Runs flows with a worker that can be killed at any effect or event, and records their effects. */
export class InterruptibleRuns {
  /** Response text for GET requests. */
  answer = "ok";
  /** Number of saves that fail from now on. */
  failingSaves = 0;
  saved: string | null = null;
  saves = 0;
  readonly warnings: string[] = [];
  readonly #scripts = new ScriptThreadPool({ milliseconds: 5000 });
  readonly #texts = new StepTemplateAndScriptParser(createBackgroundTextParser());

  async attempt(
    steps: readonly JsonObject[],
    { crash, hasHeartbeats = false, plan = {} }: AttemptOptions = {},
  ): Promise<Attempt> {
    const effects: SeenEffect[] = [];
    const events: FlowRunEvent[] = [];
    const abort = new AbortController();
    const isKilled = () => abort.signal.aborted;
    const kill = () => {
      abort.abort();
      throw new Killed();
    };
    const recordEffect = (step: string, key: string | undefined, content: unknown) => {
      if (isKilled()) throw new Killed();
      effects.push({ step, key, content });
      if (crash && "effect" in crash && effects.length === crash.effect) kill();
    };
    const checkpoint = new RunCheckpoint({
      taken: [],
      steps,
      record: plan.record,
      now: Date.now(),
      saved: this.saved,
      warn: (reason) => void this.warnings.push(reason),
      save: async (json) => {
        if (isKilled()) return;
        this.saves += 1;
        if (this.failingSaves > 0) {
          this.failingSaves -= 1;
          throw new Error("The store is away.");
        }
        this.saved = json;
      },
    });
    const runner = this.#createRunner(recordEffect);
    const given = { ...EMPTY_RUN_PLAN, idempotencyKey: "run_1", record: checkpoint.record, ...plan, steps };
    const outcome = await runner.run(
      { ...given, record: checkpoint.record },
      {
        checkpoint,
        memory: await startUnlimitedRunMemory(),
        signal: abort.signal,
        onEvent: async (event) => {
          if (isKilled()) return;
          events.push(event);
          if (crash && "event" in crash && events.length === crash.event) kill();
          if (!hasHeartbeats) return;
          const unsaved = checkpoint.takeUnsaved();
          this.saved = unsaved?.json ?? this.saved;
          unsaved?.confirm();
        },
      },
    );
    return { effects, events, outcome: isKilled() ? undefined : outcome };
  }

  async close(): Promise<void> {
    await Promise.all([this.#scripts.close(), this.#texts.close()]);
  }

  #createRunner(recordEffect: (step: string, key: string | undefined, content: unknown) => void) {
    const write = (name: string, metadata: JsonObject, { idempotencyKey }: { idempotencyKey: string }) => {
      recordEffect(name.split(" ")[0] ?? "", idempotencyKey, metadata);
      return { id: `record_${name}`, type: "lead", name, metadata, messages: null };
    };
    return createFlowRunner({
      records: {
        find: async (_, id) => ({ id, type: "lead", name: id, metadata: {}, messages: null }),
        findByName: async () => undefined,
        list: async () => [],
        upsert: async (_, { name, metadata }, how) => write(name, metadata, how),
        update: async (_, id, updates, how) => write(id, updates, how),
      },
      mailer: {
        send: async ({ subject, text, idempotencyKey }) => {
          recordEffect(subject, idempotencyKey, text);
          return { messageId: "<sent>", accepted: ["a@example.com"], rejected: [] };
        },
      },
      http: {
        send: async ({ method, url, headers, body = "" }) => {
          if (method === "GET") return { status: 200, text: this.answer, contentType: "text/plain" };
          recordEffect(new URL(url).pathname.slice(1), headers["idempotency-key"], body);
          return { status: 200, text: JSON.stringify({ body }), contentType: "application/json" };
        },
        close: async () => undefined,
      },
      model: {
        ask: async ({ messages }) => {
          const content = messages.at(-1)?.content ?? "";
          recordEffect(content.split(" ")[0] ?? "", undefined, content);
          const tokens = { promptTokens: 1, completionTokens: 2, totalTokens: 3, cost: 0.5 };
          return { text: `Re: ${content}`, model: "fake", stopReason: "completed", ...tokens };
        },
        close: async () => undefined,
      },
      publishEvent: async (_, { id, eventType, payload }) => recordEffect(eventType, id, payload),
      scripts: this.#scripts,
      texts: this.#texts,
      secrets: { KEY: { value: "hunter-2-hunter", stepTypes: SUPPORTED_STEP_TYPES, hosts: [] } },
      hidden: ["hunter-2-hunter"],
      limits: { stepMs: 20_000, runMs: 60_000 },
      report: () => undefined,
      now: Date.now,
    });
  }
}

/**
 * Lists the results of steps without times and without the output of wait steps, which differ between runs.
 */
export function listResults({ events }: Pick<Attempt, "events">) {
  return events.flatMap((event) => {
    if (event.type !== "step-end") return [];
    const { startedAt: _startedAt, completedAt: _completedAt, ...outcome }: StepOutcome = event.outcome;
    if (event.step.type !== "wait-until") return [{ step: event.step, outcome }];
    return [{ step: event.step, outcome: { ...outcome, output: RunValue.of(null) } }];
  });
}

/** Returns the outcome without its times, which differ between runs of the same flow. */
export function describeOutcome(outcome: FlowRunOutcome | undefined) {
  if (!outcome) throw new Error("The worker was killed.");
  const { startedAt: _startedAt, completedAt: _completedAt, ...outcomeWithoutTimes } = outcome;
  return outcomeWithoutTimes;
}

export const sampleRecord: RecordOfRun = {
  id: "record_ada",
  name: "Ada",
  type: "lead",
  metadata: { word: "first" },
  messages: null,
};
