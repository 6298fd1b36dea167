import { randomUUID } from "node:crypto";
import type { CustomFlowEventPayload } from "#contract/events.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { createFlowRunner } from "#server/runner/create-runner.ts";
import { createHttpClientForSteps } from "#server/runner/http/http-client.ts";
import type { ManagedSecret } from "#server/domain/managed-secret.ts";
import { SUPPORTED_STEP_TYPES } from "#server/runner/steps/step-runners.ts";
import { createMailer } from "#server/runner/mailer.ts";
import { createModelClient } from "#server/runner/model/model-client.ts";
import type {
  FlowRunEvent,
  FlowRunOutcome,
  FlowRunPlan,
  RecordOfRun,
  RecordReaderWriterForRuns,
} from "#server/runner/run-plan.ts";
import type { FlowRunDependencies } from "#server/runner/flow-run-dependencies.ts";
import { StepTemplateAndScriptParser } from "#server/runner/template-and-script-parser.ts";
import { ScriptThreadPool } from "#server/runner/scripts/script-pool.ts";
import { createBackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { startUnlimitedRunMemory } from "./unlimited-run-memory.ts";

export interface FlowRunHarnessOptions {
  readonly modelUrl?: string;
  readonly modelKey?: string;
  readonly smtpUrl?: string;
  readonly allowed?: readonly string[];
  readonly secrets?: Readonly<Record<string, string | ManagedSecret>>;
  readonly limits?: FlowRunDependencies["limits"];
  readonly scriptThreads?: number;
  readonly records?: RecordReaderWriterForRuns;
  readonly now?: () => number;
}

export function createFlowRunHarness(options: FlowRunHarnessOptions = {}) {
  const records = new MemoryRecords();
  const events: CustomFlowEventPayload[] = [];
  const faults: Error[] = [];
  const secrets = Object.fromEntries(
    Object.entries(options.secrets ?? {}).map(([key, secret]) => [
      key,
      typeof secret === "string" ? { value: secret, stepTypes: SUPPORTED_STEP_TYPES, hosts: [] } : secret,
    ]),
  );
  const runner = createFlowRunner({
    records: options.records ?? records,
    model: createModelClient(options.modelUrl, options.modelKey),
    mailer: createMailer(options.smtpUrl, 50),
    http: createHttpClientForSteps(options.allowed ?? []),
    texts: new StepTemplateAndScriptParser(createBackgroundTextParser()),
    scripts: new ScriptThreadPool({ size: options.scriptThreads ?? 2, milliseconds: 3000 }),
    publishEvent: async (_, event) => void events.push(event),
    report: (error) => void faults.push(error),
    secrets,
    hidden: [options.modelKey ?? "", ...Object.values(secrets).map(({ value }) => value)],
    limits: options.limits ?? { stepMs: 20_000, runMs: 60_000 },
    now: options.now ?? Date.now,
  });
  const run = async (
    steps: readonly JsonObject[],
    plan: Partial<FlowRunPlan> = {},
    {
      signal = new AbortController().signal,
      onEvent = () => {},
      checkpoint,
      memory,
    }: Partial<Parameters<typeof runner.run>[1]> = {},
  ): Promise<FinishedTestFlowRun> => {
    const runEvents: FlowRunEvent[] = [];
    const outcome = await runner.run(
      { ...EMPTY_RUN_PLAN, ...plan, steps },
      {
        signal,
        checkpoint,
        memory: memory ?? (await startUnlimitedRunMemory()),
        onEvent: async (event) => {
          runEvents.push(event);
          await onEvent(event);
        },
      },
    );
    return new FinishedTestFlowRun(outcome, runEvents);
  };
  return { run, records, events, faults, runner };
}

/** Plan of a run without steps, record or inputs. */
export const EMPTY_RUN_PLAN: FlowRunPlan = {
  executionId: "exec_1",
  flow: { id: "flow_1", name: "Sample" },
  steps: [],
  record: undefined,
  inputs: {},
  messages: [],
  secrets: {},
  caller: { organizationId: "org_local", userId: "user_local", scopes: ["*"] },
  modelOverride: undefined,
  upToStep: undefined,
  idempotencyKey: undefined,
};

export class FinishedTestFlowRun {
  readonly outcome: Omit<FlowRunOutcome, "finalOutput"> & { readonly finalOutput?: JsonValue };
  readonly events: readonly FlowRunEvent[];

  constructor({ finalOutput, ...outcome }: FlowRunOutcome, events: readonly FlowRunEvent[]) {
    this.outcome = { ...outcome, ...(finalOutput && { finalOutput: finalOutput.value }) };
    this.events = events;
  }

  of(id: string) {
    const found = this.events.find((event) => event.type === "step-end" && event.step.id === id);
    if (found?.type !== "step-end") throw new Error(`The step ${id} did not end.`);
    const { output, ...outcome } = found.outcome;
    return { ...outcome, ...(output && { output: output.value }) };
  }

  /** Lists the steps in the order in which they ended, as `id status`, or as `id reason` if a step was skipped. */
  get line(): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === "step-end"
        ? [`${event.step.id} ${event.outcome.skipReason ?? event.outcome.status}`]
        : [],
    );
  }

  textOf(id: string): string {
    return this.events
      .map((event) => (event.type === "text" && event.step.id === id ? event.delta : ""))
      .join("");
  }
}

class MemoryRecords implements RecordReaderWriterForRuns {
  readonly all: RecordOfRun[] = [];

  add(record: Partial<RecordOfRun> & Pick<RecordOfRun, "type" | "name">): RecordOfRun {
    const made = { id: `record_${randomUUID()}`, metadata: {}, messages: null, ...record };
    this.all.unshift(made);
    return made;
  }

  async find(_: unknown, id: string) {
    return this.all.find((record) => record.id === id);
  }

  async findByName(_: unknown, type: string, name: string) {
    return this.all.find((record) => record.type === type && record.name === name);
  }

  async list(_: unknown, { type, filter, limit }: Parameters<RecordReaderWriterForRuns["list"]>[1]) {
    const { field, value } = (filter ?? {}) as { field?: string; value?: unknown };
    return this.all
      .filter((record) => type === undefined || record.type === type)
      .filter((record) => field === undefined || record.metadata[field] === value)
      .slice(0, limit);
  }

  async upsert(
    _: unknown,
    { type, name, metadata }: Parameters<RecordReaderWriterForRuns["upsert"]>[1],
    { merge }: Parameters<RecordReaderWriterForRuns["upsert"]>[2],
  ) {
    const known = this.all.find((record) => record.type === type && record.name === name);
    if (!known) return this.add({ type, name, metadata });
    return this.#change(known, merge === "merge" ? { ...known.metadata, ...metadata } : metadata);
  }

  async update(
    _: unknown,
    id: string,
    updates: JsonObject,
    { merge }: Parameters<RecordReaderWriterForRuns["update"]>[3],
  ) {
    const known = this.all.find((record) => record.id === id);
    if (!known) throw new Error("The record is gone.");
    return this.#change(known, merge === "replace" ? updates : { ...known.metadata, ...updates });
  }

  #change(known: RecordOfRun, metadata: JsonObject): RecordOfRun {
    const changed = { ...known, metadata };
    this.all.splice(this.all.indexOf(known), 1, changed);
    return changed;
  }
}
