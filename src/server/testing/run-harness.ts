import { randomUUID } from "node:crypto";
import type { FlowEvent } from "#contract/events.ts";
import type { JsonObject } from "#core/json.ts";
import { createRunner } from "#server/runner/create-runner.ts";
import { createHttpClient } from "#server/runner/http/http-client.ts";
import { createMailer } from "#server/runner/mailer.ts";
import { createModelClient } from "#server/runner/model/model-client.ts";
import type { RunEvent, RunOutcome, RunPlan, RunRecord, RunRecords } from "#server/runner/run-plan.ts";
import type { RunTools } from "#server/runner/run-tools.ts";
import { ScriptPool } from "#server/runner/scripts/script-pool.ts";

export interface HarnessOptions {
  readonly modelUrl?: string;
  readonly modelKey?: string;
  readonly smtpUrl?: string;
  readonly allowed?: readonly string[];
  readonly secrets?: Readonly<Record<string, string>>;
  readonly limits?: RunTools["limits"];
}

/** A real runner whose records are kept in memory. */
export function createRunHarness(options: HarnessOptions = {}) {
  const records = new MemoryRecords();
  const events: FlowEvent[] = [];
  const faults: Error[] = [];
  const runner = createRunner({
    records,
    model: createModelClient(options.modelUrl, options.modelKey),
    mailer: createMailer(options.smtpUrl),
    http: createHttpClient(options.allowed ?? []),
    scripts: new ScriptPool({ milliseconds: 3000 }),
    tellEvent: async (_, event) => void events.push(event),
    report: (error) => void faults.push(error),
    secrets: options.secrets ?? {},
    hidden: options.modelKey === undefined ? [] : [options.modelKey],
    limits: options.limits ?? { stepMs: 20_000, runMs: 60_000 },
    now: Date.now,
  });
  const run = async (
    steps: readonly JsonObject[],
    plan: Partial<RunPlan> = {},
    {
      signal = new AbortController().signal,
      onEvent = () => {},
    }: Partial<Parameters<typeof runner.run>[1]> = {},
  ): Promise<FinishedRun> => {
    const told: RunEvent[] = [];
    const outcome = await runner.run(
      { ...EMPTY_PLAN, ...plan, steps },
      {
        signal,
        onEvent: async (event) => {
          told.push(event);
          await onEvent(event);
        },
      },
    );
    return new FinishedRun(outcome, told);
  };
  return { run, records, events, faults, runner };
}

const EMPTY_PLAN: RunPlan = {
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
};

export class FinishedRun {
  readonly outcome: RunOutcome;
  readonly events: readonly RunEvent[];

  constructor(outcome: RunOutcome, events: readonly RunEvent[]) {
    this.outcome = outcome;
    this.events = events;
  }

  /** How a step ended. */
  of(id: string) {
    const found = this.events.find((event) => event.type === "step-end" && event.step.id === id);
    if (found?.type !== "step-end") throw new Error(`The step ${id} did not end.`);
    return found.outcome;
  }

  /** `id status` or `id reason` of every step, in the order in which they ended. */
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

class MemoryRecords implements RunRecords {
  readonly all: RunRecord[] = [];

  add(record: Partial<RunRecord> & Pick<RunRecord, "type" | "name">): RunRecord {
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

  async list(_: unknown, { type, filter, limit }: Parameters<RunRecords["list"]>[1]) {
    const { field, value } = (filter ?? {}) as { field?: string; value?: unknown };
    return this.all
      .filter((record) => type === undefined || record.type === type)
      .filter((record) => field === undefined || record.metadata[field] === value)
      .slice(0, limit);
  }

  async upsert(
    _: unknown,
    { type, name, metadata }: Parameters<RunRecords["upsert"]>[1],
    merge: "merge" | "replace",
  ) {
    const known = this.all.find((record) => record.type === type && record.name === name);
    if (!known) return this.add({ type, name, metadata });
    return this.#change(known, merge === "merge" ? { ...known.metadata, ...metadata } : metadata);
  }

  async update(_: unknown, id: string, updates: JsonObject, merge: string) {
    const known = this.all.find((record) => record.id === id);
    if (!known) throw new Error("The record is gone.");
    return this.#change(known, merge === "replace" ? updates : { ...known.metadata, ...updates });
  }

  #change(known: RunRecord, metadata: JsonObject): RunRecord {
    const changed = { ...known, metadata };
    this.all.splice(this.all.indexOf(known), 1, changed);
    return changed;
  }
}
