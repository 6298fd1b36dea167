import type { JsonObject } from "#core/json/json.ts";
import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { type CodedErrorDetail, DomainError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { RunSecretRedactor } from "#server/redaction/run-secret-redactor.ts";
import type { RunMemory } from "#server/runner/run-memory.ts";
import { computeFlowVersionToken } from "#server/flows/version-token.ts";
import type { FlowRunOutcome } from "#server/runner/run-plan.ts";
import { type StoreFailureKind, getStoreFailureKind } from "#server/store/store-failure.ts";
import {
  DispatchEventMapper,
  type NumberedDispatchEvent,
  type UnnumberedDispatchEvent,
  formatOutputAsText,
} from "./dispatch-events.ts";
import { type RunPlanWithFlowRow, createDispatchPlan } from "./dispatch-plan.ts";
import type { DispatchRequest } from "./dispatch-request.ts";
import type { SavedDispatch } from "./dispatch-writes.ts";
import { DispatchEventResponseStream, formatDispatchEvent } from "./dispatch-stream.ts";
import {
  KeptEvents,
  MAX_KEPT_CHARACTERS,
  type OutcomeKeeper,
  createNotStoredWarning,
  removeResults,
  warnOfMissingResults,
} from "./outcome-keeper.ts";
import type { RunAbortReason } from "./run-service-dependencies.ts";
import type { RunService } from "./run-service.ts";
import type { RunOrigin } from "./start-batch.ts";
import { storeSingleRun } from "./store-single-run.ts";
import { StepResultCollector } from "./step-result-collector.ts";

const MAX_RUNS = 100;

const STOPPED = "The server stopped during the run. Finished steps keep their effects; run the flow again.";

const BROKEN_OFF = "The run failed because of a server error. Finished steps keep their effects.";

/** Thrown if a server error interrupted the run. The cause is logged, not shown to the client. */
export class InterruptedRunError extends Error {
  override readonly name = "InterruptedRunError";
  readonly storeFailure: StoreFailureKind | undefined;

  constructor(message: string, storeFailure: StoreFailureKind | undefined) {
    super(message);
    this.storeFailure = storeFailure;
  }
}

type DispatchResult = { readonly text: string } | { readonly stream: ReadableStream<Uint8Array> };

interface DispatchOptions {
  readonly saved: SavedDispatch | undefined;
  readonly gone: AbortSignal;
  /** Derived from the caller's Idempotency-Key and the request; undefined if the caller sent no key. */
  readonly idempotencyKey: string | undefined;
  /** Released by the caller, except for a stream: this releases it when the stream has ended. */
  readonly memory: RunMemory;
  /** Undefined if the caller sent no key. */
  readonly keeper: OutcomeKeeper | undefined;
  readonly origin: RunOrigin;
}

/** Aborts if the client disconnects, unless the outcome is kept. Call `assertServerCanRunFlow` first. */
export async function runFlowForDispatchRequest(
  service: RunService,
  caller: Caller,
  request: DispatchRequest,
  { saved, gone, idempotencyKey, keeper, memory, origin }: DispatchOptions,
): Promise<DispatchResult> {
  const { context } = service;
  const { body, warnings } = request;
  const unkeyed = await createDispatchPlan(context, caller, request, saved);
  const planned = { ...unkeyed, plan: { ...unkeyed.plan, idempotencyKey } };
  if (warnings.length > 0) {
    const { executionId } = planned.plan;
    context.logger.warn({ executionId, warnings }, "a dispatch request has unsupported parts");
  }
  const storesResults = body.options?.storeResults !== false;
  const unkept = keeper && !storesResults ? [createNotStoredWarning("unwanted")] : [];
  const additions = context.extras ? describeAdditions(planned, [...warnings, ...unkept], saved) : {};
  const mapper = new DispatchEventMapper(planned.plan, planned.totalSteps);
  const dispatched = { service, planned, mapper, storesResults, additions, keeper, memory, origin };
  if (body.options?.streamResponse !== true) return { text: await runToEnd(dispatched, gone) };
  return { stream: runAsStream(dispatched) };
}

interface Dispatch {
  readonly service: RunService;
  readonly planned: RunPlanWithFlowRow;
  readonly mapper: DispatchEventMapper;
  readonly storesResults: boolean;
  /** Members of the first event and of the whole response beyond the documented API. */
  readonly additions: JsonObject;
  readonly keeper: OutcomeKeeper | undefined;
  readonly memory: RunMemory;
  readonly origin: RunOrigin;
}

function describeAdditions(
  { plan: { record } }: RunPlanWithFlowRow,
  warnings: readonly CodedErrorDetail[],
  saved: SavedDispatch | undefined,
): JsonObject {
  const flow = saved?.writes.flow;
  return {
    ...(record && record.id !== null && { recordId: record.id }),
    ...(flow && { draftVersionId: flow.draftVersionId, flowChange: flow.change }),
    ...(saved?.flow && { versionToken: computeFlowVersionToken(saved.flow) }),
    ...(warnings.length > 0 && { warnings: warnings.map((warning) => ({ ...warning })) as JsonObject[] }),
  };
}

function runAsStream(dispatched: Dispatch): ReadableStream<Uint8Array> {
  const { service, mapper, storesResults, keeper, memory } = dispatched;
  const kept = keeper && new KeptEvents(storesResults);
  const format = (event: NumberedDispatchEvent): string => {
    const text = formatDispatchEvent(event);
    kept?.add(text);
    return text;
  };
  const stream = new DispatchEventResponseStream(() =>
    format(mapper.number(mapper.ping(service.context.now()))),
  );
  void service.run(async (abort) => {
    const abortRun = () => abort.abort();
    if (!keeper) stream.onCancel = abortRun;
    keeper?.lost.addEventListener("abort", abortRun, { once: true });
    try {
      await publish(dispatched, abort.signal, async (event, outcome) => {
        const text = format(event);
        if (outcome) stream.stopPings();
        if (outcome && mayRepeat(outcome))
          await keeper?.keep(kept?.text ?? formatEventsWithoutResults(dispatched, outcome));
        await stream.send(text);
      });
    } finally {
      memory.release();
      await keeper?.release();
    }
    stream.end();
  });
  return stream.body;
}

function formatEventsWithoutResults(
  { planned: { plan, totalSteps }, additions, storesResults }: Dispatch,
  outcome: FlowRunOutcome,
): string {
  const mapper = new DispatchEventMapper(plan, totalSteps);
  const events = [
    mapper.begin(outcome.startedAt, warnOfMissingResults(additions, !storesResults)),
    mapper.end(removeResults(outcome)),
  ];
  return events.map((event) => formatDispatchEvent(mapper.number(event))).join("");
}

async function runToEnd(dispatched: Dispatch, gone: AbortSignal): Promise<string> {
  const { service, additions, storesResults, keeper } = dispatched;
  // All results together, up to 50 MB, would block the event loop.
  const steps: string[] = [];
  return service.run(async (abort) => {
    const abortRun = () => abort.abort();
    // A run whose outcome is kept for a repeated request goes on without its client.
    const ending = keeper ? keeper.lost : gone;
    ending.addEventListener("abort", abortRun);
    if (ending.aborted) abortRun();
    const outcome = await publish(dispatched, abort.signal, ({ type, json }) => {
      if (type === "step_complete" || type === "step_skip") steps.push(json);
    }).finally(() => ending.removeEventListener("abort", abortRun));
    if (outcome instanceof InterruptedRunError) throw outcome;
    const text = serializeAnswer(dispatched, outcome, { additions, steps });
    if (keeper && mayRepeat(outcome)) {
      const rest = { additions: warnOfMissingResults(additions, !storesResults), steps: [] };
      await keeper.keep(
        storesResults && text.length <= MAX_KEPT_CHARACTERS
          ? text
          : serializeAnswer(dispatched, removeResults(outcome), rest),
      );
    }
    await keeper?.release();
    return text;
  });
}

function serializeAnswer(
  { planned: { plan } }: Dispatch,
  outcome: FlowRunOutcome,
  { additions, steps }: { readonly additions: JsonObject; readonly steps: readonly string[] },
): string {
  const { status, error, finalOutput } = outcome;
  const answer = {
    ...additions,
    success: status === "completed",
    status,
    executionId: plan.executionId,
    flowId: plan.flow.id,
    recordId: plan.record?.id ?? null,
    finalOutput: finalOutput === undefined ? null : formatOutputAsText(finalOutput),
    durationMs: Math.round(outcome.completedAt - outcome.startedAt),
    ...(error !== undefined && { error }),
  };
  const texts = {
    ...(finalOutput !== undefined && { result: finalOutput.json }),
    steps: `[${steps.join(",")}]`,
  };
  return serializeWithRawJson(answer, texts);
}

/** Whether a repeated request gets this outcome. A run that the server cut short runs again instead. */
function mayRepeat({ status }: FlowRunOutcome): boolean {
  return status !== "cancelled";
}

/** A server error does not reject: it becomes the last event and the return value. */
async function publish(
  {
    service,
    planned: { plan, flow, flowVersionId },
    mapper,
    storesResults,
    additions,
    memory,
    origin,
  }: Dispatch,
  signal: AbortSignal,
  send: (event: NumberedDispatchEvent, outcome?: FlowRunOutcome) => void | Promise<void>,
): Promise<FlowRunOutcome | InterruptedRunError> {
  const { context } = service;
  const { caller, executionId, record } = plan;
  const emit = (event: UnnumberedDispatchEvent) => send(mapper.number(event));
  const mayStore = flow !== undefined && storesResults;
  const log = new StepResultCollector({
    caller,
    executionId,
    flowId: flow?.id ?? "",
    flowVersionId,
    batchId: null,
    record,
  });
  try {
    const startedAt = new Date(context.now());
    await emit(mapper.begin(startedAt.getTime(), additions));
    const ended = await context.runner.run(plan, {
      signal,
      memory,
      onEvent: async (event) => {
        if (mayStore) log.add(event);
        for (const dispatchEvent of mapper.word(event)) await emit(dispatchEvent);
      },
    });
    const outcome = isStopped(ended, signal) ? { ...ended, error: STOPPED } : ended;
    if (mayStore) {
      const times = { startedAt, completedAt: new Date(context.now()) };
      const run = { plan, flow, flowVersionId, origin, outcome, results: log, ...times };
      // Only a run about which an alert is sent needs the queue.
      await service.alerts.open().catch(() => undefined);
      await context.store.write(async (tx, publishEvent) => {
        const batch = await storeSingleRun(tx, service.alerts, run);
        if (batch) service.event.publishAtOnce(publishEvent, batch);
      });
      service.alerts.look();
    }
    await send(mapper.number(mapper.end(outcome)), outcome);
    return outcome;
  } catch (error) {
    const err = describeErrorForLog(error);
    const redactor = new RunSecretRedactor(Object.values(plan.secrets));
    if (!signal.aborted)
      context.logger.error({ err: redactor.report(err as JsonObject) }, "a run failed unexpectedly");
    await emit(mapper.breakOff(BROKEN_OFF));
    return new InterruptedRunError(BROKEN_OFF, getStoreFailureKind(error));
  }
}

function isStopped({ status }: FlowRunOutcome, signal: AbortSignal): boolean {
  return status === "cancelled" && signal.reason === ("stopping" satisfies RunAbortReason);
}

const RETRY_SECONDS = 5;

/** Throws 503 if there is none for long, or the client disconnects. Call it before anything is saved. */
export async function startRunMemory({ context }: RunService, gone: AbortSignal): Promise<RunMemory> {
  const { memory } = context;
  const timeout = AbortSignal.timeout(memory.limits.waitMs);
  try {
    return await memory.start(memory.startable > 0 ? gone : AbortSignal.any([gone, timeout]));
  } catch {
    const message = "The server is busy with large runs. Retry in a moment.";
    throw new DomainError("unavailable", message, {
      details: [{ message, code: "SERVER_BUSY" }],
      retryAfter: RETRY_SECONDS,
    });
  }
}

/** Throws 503 or 429 if the server cannot start another run. Call this before anything is saved for the run. */
export function assertServerCanRunFlow(service: RunService): void {
  const retryAfter = RETRY_SECONDS;
  if (service.isStopping) {
    const message = "The server is about to stop. Retry in a moment.";
    throw new DomainError("unavailable", message, { details: [{ message, code: "STOPPING" }], retryAfter });
  }
  if (service.runs + service.context.memory.usage.starting < MAX_RUNS) return;
  const message = `The server already runs ${MAX_RUNS} flows. Retry in a moment.`;
  throw new DomainError("tooMany", message, { details: [{ message, code: "TOO_MANY_RUNS" }], retryAfter });
}
