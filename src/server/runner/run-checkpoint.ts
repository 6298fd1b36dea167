import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod/mini";
import { type JsonObject, type JsonValue, parseJson } from "#core/json/json.ts";
import type { RecordOfRun, StepOutcome } from "./run-plan.ts";
import { RunValue } from "#server/domain/run-value.ts";

/** Changes with every change of the format: a checkpoint of another version is ignored. */
const FORMAT_VERSION = 1;

/** Limits in bytes of JSON. A step or a record that exceeds its limit is left out; the steps around it are kept. */
export const CHECKPOINT_LIMITS = { step: 256 * 1024, record: 256 * 1024, total: 1024 * 1024 } as const;

const RETRY_DELAYS_MS = [100, 500];

/** A step that ran in an earlier attempt, or that its `when` skipped. */
export interface FinishedStep {
  readonly position: number;
  readonly outcome: StepOutcome;
  /** The value that replaced the result of a tolerated failure. */
  readonly defaultValue?: JsonValue | undefined;
  /** Whether it ran in an earlier run, whose usage it counts to. */
  readonly isTaken?: true;
}

interface RunCheckpointOptions {
  readonly steps: readonly JsonObject[];
  /** The record that this attempt read. A checkpoint holds the record as the first attempt read it. */
  readonly record: RecordOfRun | undefined;
  readonly now: number;
  /** Steps of an earlier run. They are not saved: each attempt reads them again. */
  readonly taken: readonly FinishedStep[];
  /** The last checkpoint of an earlier attempt, if there was one. */
  readonly saved: string | null;
  /** Stores a checkpoint, which replaces the one before. Rejects if the store is away. */
  readonly save: (json: string) => Promise<void>;
  readonly warn: (reason: string) => void;
}

const optional = { text: z.optional(z.string()), number: z.optional(z.number()) };

const checkpointSchema = z.looseObject({
  version: z.literal(FORMAT_VERSION),
  steps: z.string(),
  startedAt: z.number(),
  record: z.optional(
    z.looseObject({
      id: z.nullable(z.string()),
      name: z.string(),
      type: z.string(),
      metadata: z.looseObject({}),
      messages: z.nullable(z.array(z.unknown())),
    }),
  ),
  finished: z.array(
    z.looseObject({
      position: z.int().check(z.nonnegative()),
      outcome: z.looseObject({
        status: z.enum(["completed", "failed", "skipped"]),
        startedAt: z.number(),
        completedAt: z.number(),
        error: optional.text,
        answerText: optional.text,
        resolvedPrompt: optional.text,
        totalTokens: optional.number,
        cost: optional.number,
      }),
    }),
  ),
});

interface StoredCheckpoint {
  readonly steps: string;
  readonly startedAt: number;
  readonly record?: RecordOfRun;
  readonly finished: readonly FinishedStep[];
}

interface StoredStep extends Omit<FinishedStep, "outcome"> {
  readonly outcome: Omit<StepOutcome, "output"> & { readonly output?: JsonValue };
}

/** Reused if the run resumes after a crash. The folder's README states what is left out. */
export class RunCheckpoint {
  /** The record as the first attempt read it. */
  readonly record: RecordOfRun | undefined;
  /** When the first attempt started, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly #options: RunCheckpointOptions;
  readonly #finished: ReadonlyMap<number, FinishedStep>;
  readonly #entries: string[] = [];
  /** Not serialized before the next save, because most runs end without one. */
  #pending: FinishedStep[] = [];
  #jsonStart: string | undefined;
  #bytes = 0;
  #savedCount = 0;
  #isFull = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: RunCheckpointOptions) {
    this.#options = options;
    const stored = readStoredCheckpoint(options);
    this.record = stored?.record ?? options.record;
    this.startedAt = stored?.startedAt ?? options.now;
    const saved = stored?.finished ?? [];
    this.#finished = new Map([...options.taken, ...saved].map((step) => [step.position, step]));
    for (const step of saved) this.#serialize(step);
    this.#savedCount = this.#entries.length;
  }

  /** Results of the finished steps. */
  get outputs(): readonly RunValue[] {
    return [...this.#finished.values()].flatMap(({ outcome }) => outcome.output ?? []);
  }

  /** Returns the step at a position if an earlier attempt finished it. */
  find(position: number): FinishedStep | undefined {
    return this.#finished.get(position);
  }

  /** Adds a finished step, which the next save writes. */
  add(step: FinishedStep): void {
    this.#pending.push(step);
  }

  /** Rejects if the store is still away after short retries: a step with an effect must not begin then. */
  async flush(): Promise<void> {
    // Waits for a heartbeat's write, which could otherwise replace this newer checkpoint.
    await this.#writing;
    for (const delay of [...RETRY_DELAYS_MS, undefined]) {
      const unsaved = this.takeUnsaved();
      if (!unsaved) return;
      try {
        await this.#options.save(unsaved.json);
        return unsaved.confirm();
      } catch (error) {
        if (delay === undefined) throw error;
        await wait(delay);
      }
    }
  }

  /** Returns the checkpoint if it has unsaved steps. Call `confirm` once it is stored. */
  takeUnsaved(): { readonly json: string; readonly confirm: () => void } | undefined {
    for (const step of this.#pending) this.#serialize(step);
    this.#pending = [];
    const count = this.#entries.length;
    if (count === this.#savedCount) return undefined;
    this.#jsonStart ??= this.#describeRun();
    const json = `${this.#jsonStart},"finished":[${this.#entries.join(",")}]}`;
    return { json, confirm: () => (this.#savedCount = Math.max(this.#savedCount, count)) };
  }

  /** Makes the next `flush` wait until a write of this checkpoint has ended, whether it succeeds or fails. */
  waitFor(writing: Promise<unknown>): void {
    this.#writing = Promise.allSettled([this.#writing, writing]);
  }

  #serialize(step: FinishedStep): void {
    const { output } = step.outcome;
    // Checked before the step is serialized, which parses the output.
    if (this.#isFull || (output !== undefined && output.json.length > CHECKPOINT_LIMITS.step)) return;
    const entry = JSON.stringify(step);
    const bytes = Buffer.byteLength(entry) + 1;
    if (bytes > CHECKPOINT_LIMITS.step) return;
    this.#isFull = this.#bytes + bytes > CHECKPOINT_LIMITS.total;
    if (this.#isFull) return;
    this.#bytes += bytes;
    this.#entries.push(entry);
  }

  /** Returns the start of the JSON, without its last brace. Leaves out a long record, which is then read again. */
  #describeRun(): string {
    const { steps } = this.#options;
    const run = { version: FORMAT_VERSION, steps: hashSteps(steps), startedAt: this.startedAt };
    const whole = JSON.stringify({ ...run, record: this.record });
    const isLong = Buffer.byteLength(whole) > CHECKPOINT_LIMITS.record;
    return (isLong ? JSON.stringify(run) : whole).slice(0, -1);
  }
}

/** By one `write`, also for long runs without effects. Rejects if it does; the next save has the same steps. */
export async function saveUnsavedCheckpoints<Run extends { readonly checkpoint: RunCheckpoint }>(
  runs: readonly Run[],
  write: (unsaved: readonly { readonly run: Run; readonly json: string }[]) => Promise<unknown>,
): Promise<void> {
  const taken = runs.flatMap((run) => {
    const unsaved = run.checkpoint.takeUnsaved();
    return unsaved ? [{ run, ...unsaved }] : [];
  });
  if (taken.length === 0) return;
  const writing = write(taken);
  for (const { run } of taken) run.checkpoint.waitFor(writing);
  await writing;
  for (const { confirm } of taken) confirm();
}

function readStoredCheckpoint({ saved, steps, warn }: RunCheckpointOptions): StoredCheckpoint | undefined {
  if (saved === null) return undefined;
  const parsed = z.safeParse(checkpointSchema, parseJson(saved));
  if (!parsed.success) {
    warn("it is not a checkpoint of this version");
    return undefined;
  }
  const stored = parsed.data as unknown as Omit<StoredCheckpoint, "finished"> & {
    readonly finished: readonly StoredStep[];
  };
  if (stored.steps === hashSteps(steps)) return { ...stored, finished: stored.finished.map(readOutput) };
  warn("it belongs to other steps");
  return undefined;
}

function readOutput({ outcome, ...step }: StoredStep): FinishedStep {
  const { output, ...rest } = outcome;
  return { ...step, outcome: { ...rest, ...(output !== undefined && { output: RunValue.of(output) }) } };
}

const hashes = new WeakMap<readonly JsonObject[], string>();

/** Cached, because all records of a batch share the array of steps, which may be long. */
function hashSteps(steps: readonly JsonObject[]): string {
  const hash =
    hashes.get(steps) ?? createHash("sha256").update(JSON.stringify(steps)).digest("base64url").slice(0, 22);
  hashes.set(steps, hash);
  return hash;
}
