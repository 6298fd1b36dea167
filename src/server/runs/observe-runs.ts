import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { STEP_TYPES } from "#contract/step-types.ts";
import type { RunMemoryUsage } from "#server/runner/run-memory.ts";
import type { RunStepDescription, StepOutcome } from "#server/runner/run-plan.ts";
import { getErrorCode } from "#server/domain/step-failure.ts";
import type { FlowRunner } from "#server/runner/runner.ts";
import type { ServerMetrics } from "#server/telemetry/server-metrics.ts";

const KNOWN_TYPES: ReadonlySet<string> = new Set(STEP_TYPES.map(({ type }) => type));

interface RunObservationOptions {
  readonly metrics: ServerMetrics;
  /** Whether spans hold the redacted texts of errors, which may quote contents of records. */
  readonly hasErrorTexts: boolean;
}

/** Spans have ids, names, types and codes of errors, but no input or output. */
export function observeFlowRuns(
  runner: FlowRunner,
  { metrics, hasErrorTexts }: RunObservationOptions,
): FlowRunner {
  const setError = (span: Span, code = "STEP_FAILED", text?: string) => {
    span.setAttribute("error.type", code);
    const message = hasErrorTexts && text !== undefined ? { message: text } : {};
    span.setStatus({ code: SpanStatusCode.ERROR, ...message });
  };
  const tracer = trace.getTracer("flowline");
  const { getThreadUsage } = runner;
  const help = "Threads of this server for scripts and templates, and jobs that wait for one.";
  if (getThreadUsage) metrics.addGauge("script_threads", help, getThreadUsage);
  return {
    close: () => runner.close(),
    run: (plan, { onEvent, ...options }) =>
      tracer.startActiveSpan(`run ${plan.flow.name}`, async (span) => {
        span.setAttributes({
          "flowline.execution.id": plan.executionId,
          "flowline.flow.name": plan.flow.name,
          ...(plan.flow.id !== null && { "flowline.flow.id": plan.flow.id }),
          ...(plan.record?.id != null && { "flowline.record.id": plan.record.id }),
        });
        const open = new Map<number, Span>();
        let errorCode: string | undefined;
        try {
          const outcome = await runner.run(plan, {
            ...options,
            onEvent: (event) => {
              const { step } = event;
              if (event.type === "step-start") {
                const options = { startTime: event.startedAt, attributes: describeStep(step) };
                open.set(step.position, tracer.startSpan(`${step.type} ${step.name}`, options));
              } else if (event.type === "step-end") {
                const { outcome } = event;
                const stepSpan = open.get(step.position);
                if (outcome.status === "failed" && outcome.isTolerated !== true)
                  errorCode ??= outcome.errorCode;
                if (stepSpan && outcome.status === "failed")
                  setError(stepSpan, outcome.errorCode, outcome.error);
                endStep(stepSpan, step, outcome, metrics);
                open.delete(step.position);
              }
              return onEvent(event);
            },
          });
          metrics.countRun(outcome.status);
          span.setAttribute("flowline.run.status", outcome.status);
          if (outcome.status === "failed") setError(span, errorCode, outcome.error);
          return outcome;
        } catch (error) {
          metrics.countRun("interrupted");
          setError(span, getErrorCode(error));
          throw error;
        } finally {
          for (const left of open.values()) left.end();
          span.end();
        }
      }),
  };
}

function endStep(
  span: Span | undefined,
  { type }: RunStepDescription,
  { status, startedAt, completedAt, modelUsed, totalTokens }: StepOutcome,
  metrics: ServerMetrics,
): void {
  // A step without a start was finished by an earlier attempt of the run, which counted it.
  if (status === "skipped" || !span) return;
  // Counts all unknown types as “other”, so that flows cannot add time series without limit.
  metrics.countStep(KNOWN_TYPES.has(type) ? type : "other", status, (completedAt - startedAt) / 1000);
  span.setAttributes({
    "flowline.step.status": status,
    ...(modelUsed !== undefined && { "gen_ai.response.model": modelUsed }),
    ...(totalTokens !== undefined && { "flowline.step.tokens": totalTokens }),
  });
  span.end(completedAt);
}

const describeStep = ({ id, name, type }: RunStepDescription) => ({
  "flowline.step.id": id,
  "flowline.step.name": name,
  "flowline.step.type": type,
});

/** Reports the memory of all runs of this process, and the runs that wait for some. */
export function observeRunMemory(memory: { readonly usage: RunMemoryUsage }, metrics: ServerMetrics): void {
  metrics.addGauge("run_memory_bytes", "Estimated memory of all runs on this server.", () => {
    const { used, limit } = memory.usage;
    return { used, limit };
  });
  metrics.addGauge("runs_waiting_for_memory", "Runs that wait for memory to start or to continue.", () => {
    const { starting, growing } = memory.usage;
    return { starting, growing };
  });
}
