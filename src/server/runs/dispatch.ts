import type { DispatchBody } from "#contract/dispatch.ts";
import { type Answer, EVENT_STREAM_HEADERS, objectText } from "#server/answer.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { describeError } from "#server/describe-error.ts";
import type { RunOutcome } from "#server/runner/run-plan.ts";
import { updateFlow } from "#server/store/flow-rows.ts";
import { insertStepResults, keepFlow } from "#server/store/step-result-rows.ts";
import { DispatchScript, type NamedEvent, outputText } from "./dispatch-events.ts";
import { type DispatchPlan, planDispatch } from "./dispatch-plan.ts";
import { DispatchStream } from "./dispatch-stream.ts";
import type { RunContext } from "./run-context.ts";
import type { AbortReason, RunService } from "./run-service.ts";
import { StepLog } from "./step-log.ts";

/** Runs at the same time on one server, each of which holds its variables in memory. */
const MAX_RUNS = 100;

const STOPPED = "The server stopped while the flow ran; what its steps did is done. Run it again.";

/** Runs a flow once, and tells of it as it goes or when it is over. Whoever goes away ends the run. */
export async function dispatch(
  service: RunService,
  caller: Caller,
  body: DispatchBody,
  gone: AbortSignal,
): Promise<Answer> {
  refuseWhenFull(service);
  const planned = await planDispatch(service.context, caller, body);
  const mayStore = planned.flow !== undefined && body.options?.storeResults !== false;
  if (body.options?.streamResponse !== true) return answerOnce(service, planned, mayStore, gone);
  const stream = new DispatchStream();
  void service.run(async (abort) => {
    stream.onCancel = () => abort.abort();
    await tell(service, planned, mayStore, abort.signal, (event) => stream.send(event));
    stream.end();
  });
  return { status: 200, stream: stream.body, headers: EVENT_STREAM_HEADERS };
}

async function answerOnce(
  service: RunService,
  planned: DispatchPlan,
  mayStore: boolean,
  gone: AbortSignal,
): Promise<Answer> {
  const steps: object[] = [];
  const outcome = await service.run(async (abort) => {
    const leave = () => abort.abort();
    gone.addEventListener("abort", leave);
    if (gone.aborted) leave();
    return tell(service, planned, mayStore, abort.signal, ({ type, data }) => {
      if (type === "step_complete" || type === "step_skip") steps.push(data);
    }).finally(() => gone.removeEventListener("abort", leave));
  });
  if (!outcome) throw new ApiFailure(500, "The run broke off by a fault of the server.");
  const { plan } = planned;
  const { status, error, finalOutput } = outcome;
  const answer = {
    success: status === "completed",
    status,
    executionId: plan.executionId,
    flowId: plan.flow.id,
    recordId: plan.record?.id ?? null,
    finalOutput: finalOutput === undefined ? null : outputText(finalOutput),
    ...(finalOutput !== undefined && { result: finalOutput }),
    durationMs: Math.round(outcome.completedAt - outcome.startedAt),
    steps,
    ...(error !== undefined && { error }),
  };
  return { status: 200, body: objectText(answer) };
}

/** Never rejects: a fault of the server's is told like any other end, and answers undefined. */
async function tell(
  { context }: RunService,
  { plan, flow, totalSteps }: DispatchPlan,
  mayStore: boolean,
  signal: AbortSignal,
  hear: (event: NamedEvent) => void | Promise<void>,
): Promise<RunOutcome | undefined> {
  const script = new DispatchScript(plan, totalSteps);
  const { caller, executionId, record } = plan;
  const flowVersionId = flow?.draftVersionId ?? flow?.publishedVersionId ?? null;
  const log = new StepLog({
    caller,
    executionId,
    flowId: flow?.id ?? "",
    flowVersionId,
    batchId: null,
    record,
  });
  try {
    await hear(script.begin(context.now()));
    const ended = await context.runner.run(plan, {
      signal,
      onEvent: async (event) => {
        if (mayStore) log.add(event);
        for (const named of script.word(event)) await hear(named);
      },
    });
    const outcome = isStopped(ended, signal) ? { ...ended, error: STOPPED } : ended;
    if (mayStore && flow) await store(context, flow, log, outcome);
    await hear(script.end(outcome));
    return outcome;
  } catch (error) {
    const err = error instanceof Error ? describeError(error) : { message: String(error) };
    if (!signal.aborted) context.logger.error({ err }, "a run broke off");
    await hear(
      script.breakOff("The run broke off by a fault of the server; what its steps did may be done."),
    );
    return undefined;
  }
}

function isStopped({ status }: RunOutcome, signal: AbortSignal): boolean {
  return status === "cancelled" && signal.reason === ("stopping" satisfies AbortReason);
}

/** Dropped where the flow was deleted meanwhile. */
async function store(
  context: RunContext,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
  log: StepLog,
  { status }: RunOutcome,
): Promise<void> {
  await context.store.write(async (tx) => {
    if (!(await keepFlow(tx, organizationId, id))) return;
    await insertStepResults(tx, log.rows);
    await updateFlow(tx, organizationId, id, { lastRunAt: new Date(context.now()), lastRunStatus: status });
  });
}

function refuseWhenFull(service: RunService): void {
  const headers = { "retry-after": "5" };
  if (service.isStopping) throw new ApiFailure(503, "The server is about to stop.", [], { headers });
  if (service.runs < MAX_RUNS) return;
  const message = `This server runs ${MAX_RUNS} flows already; try again in a moment.`;
  throw new ApiFailure(429, message, [{ message, code: "TOO_MANY_RUNS" }], { headers });
}
