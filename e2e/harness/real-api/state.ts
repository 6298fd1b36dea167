import type { StoredBatch, StoredStepResult } from "./run-flow.ts";
import type { StoredSchedule, StoredScheduleRun } from "./schedule-endpoints.ts";
import { NO_SWITCHES, type RealApiSwitches } from "./switches.ts";
import { RealApiError } from "./endpoint.ts";

export type StoredStep = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** Times are in microseconds. */
export interface StoredFlow {
  readonly id: string;
  readonly createdAt: number;
  name: string;
  steps: readonly StoredStep[];
  updatedAt: number;
  lastRunAt: number | null;
  publishedVersionId: string | null;
  readonly versions: StoredVersion[];
}

export interface StoredVersion {
  readonly id: string;
  readonly versionNumber: number;
  readonly createdAt: number;
  versionType: "draft" | "published";
  name: string;
  steps: readonly StoredStep[];
}

export interface StoredRecord {
  readonly id: string;
  readonly createdAt: number;
  type: string;
  name: string;
  metadata: Readonly<Record<string, unknown>>;
  messages: readonly unknown[] | null;
  updatedAt: number;
}

/** A secret of the account, active or revoked. */
export interface StoredSecret {
  readonly key: string;
  readonly status: "active" | "revoked";
  readonly createdAt: number;
}

export const USER_ID = "user_01jq8z6k2re9v0w1m3n5p7s9t2";
export const ORGANIZATION_ID = "org_01jq8z6k2re9v0w1m3n5p7s9t2";

const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

/** The stored data of one account. Tests can read and change it directly. */
export class RealApiState {
  switches: RealApiSwitches;
  readonly flows = new Map<string, StoredFlow>();
  readonly records = new Map<string, StoredRecord>();
  readonly batches = new Map<string, StoredBatch>();
  stepResults: StoredStepResult[] = [];
  readonly schedules = new Map<string, StoredSchedule>();
  readonly scheduleRuns: StoredScheduleRun[] = [];
  readonly secrets: StoredSecret[] = [];
  /** Ids of flows and records that belong to another organization: the API answers 403. */
  readonly foreignIds = new Set<string>();
  /** The plan's limit of runs per day. Runs above it are in slow mode. */
  readonly usage = { tier: "build", executionLimit: 50, executionsUsed: 3 };
  #lastTime = 0;
  #lastId = 0;

  constructor(switches: Partial<RealApiSwitches>) {
    this.switches = { ...NO_SWITCHES, ...switches };
  }

  /** The current time in microseconds. No two calls return the same time, even without fractions of milliseconds. */
  now(): number {
    const unit = this.switches.microseconds ? 1 : 1000;
    const clock = (Date.now() + this.switches.clockOffset) * 1000;
    this.#lastTime = Math.max(this.#lastTime + unit, clock);
    return this.#lastTime;
  }

  time(microseconds: number): string {
    const text = new Date(microseconds / 1000).toISOString();
    if (!this.switches.microseconds) return text;
    return `${text.slice(0, -1)}${String(Math.floor(microseconds % 1000)).padStart(3, "0")}Z`;
  }

  timeOrNull(microseconds: number | null): string | null {
    return microseconds === null ? null : this.time(microseconds);
  }

  newId(prefix: string): string {
    let [rest, text] = [Date.now() * 4096 + (this.#lastId++ % 4096), ""];
    while (text.length < 26) {
      text = `${CROCKFORD[rest % 32] ?? "0"}${text}`;
      rest = Math.floor(rest / 32);
    }
    return `${prefix}_${text}`;
  }

  getFlow(id: string): StoredFlow {
    return this.#get(this.flows, id, "Flow");
  }

  getRecord(id: string): StoredRecord {
    return this.#get(this.records, id, "Record");
  }

  getBatch(id: string): StoredBatch {
    return this.#get(this.batches, id, "Batch");
  }

  #get<Stored>(all: ReadonlyMap<string, Stored>, id: string, what: string): Stored {
    if (this.foreignIds.has(id)) {
      throw new RealApiError(403, `${what} ${id} belongs to another organization`);
    }
    const found = all.get(id);
    if (found === undefined) throw new RealApiError(404, `${what} not found`);
    return found;
  }

  /** Stores a flow, as `POST /v1/flows` does, and returns it. */
  addFlow(name: string, steps: readonly Readonly<Record<string, unknown>>[] = []): StoredFlow {
    const now = this.now();
    const stored = this.prepareSteps(steps);
    const draft: StoredVersion = {
      id: this.newId("flowver"),
      versionNumber: 1,
      versionType: "draft",
      createdAt: now,
      name,
      steps: stored,
    };
    const flow: StoredFlow = {
      id: this.newId("flow"),
      name,
      steps: stored,
      createdAt: now,
      updatedAt: now,
      lastRunAt: null,
      publishedVersionId: null,
      versions: [draft],
    };
    this.flows.set(flow.id, flow);
    return flow;
  }

  addRecord(type: string, name: string, metadata: Readonly<Record<string, unknown>> = {}): StoredRecord {
    const now = this.now();
    const id = this.newId("record");
    const record = { id, type, name, metadata, messages: null, createdAt: now, updatedAt: now };
    this.records.set(id, record);
    return record;
  }

  addSecret(key: string, status: StoredSecret["status"] = "active"): void {
    this.secrets.push({ key, status, createdAt: this.now() });
  }

  /** Sorts written steps by their order and gives each an id, as the API does when it stores them. */
  prepareSteps(steps: readonly Readonly<Record<string, unknown>>[]): readonly StoredStep[] {
    const isOrdered = steps.every((step) => typeof step["order"] === "number");
    const sorted = isOrdered
      ? steps.toSorted((one, other) => Number(one["order"]) - Number(other["order"]))
      : steps;
    return sorted.map((step) => {
      const filled = this.switches.defaultsFilledIn ? fillInDefaults(step) : step;
      const { id } = step;
      const identified = typeof id === "string" ? filled : { id: this.newId("step"), ...filled };
      return identified as StoredStep;
    });
  }
}

function fillInDefaults(step: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { config, type } = step;
  const filled = { ...step, ...(!("enabled" in step) && { enabled: true }) };
  if (config === undefined) return { ...filled, config: {} };
  if (type !== "prompt" || typeof config !== "object" || config === null) return filled;
  return "responseFormat" in config ? filled : { ...filled, config: { ...config, responseFormat: "text" } };
}
