import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { FlowInputVariable } from "#core/dataflow/list-inputs.ts";
import type { RecordReadByStep } from "#core/dataflow/list-record-reads.ts";
import { findStep } from "#core/document/step-list.ts";
import {
  explainMissingFeature,
  explainMissingScope,
  offersFeature,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor, useFlowAnalysis } from "#client/editor/session/editor-provider.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { isTargetInTestRunPanel } from "#client/editor/actions/test-run-action.ts";
import type { DispatchRequestBody } from "#contract/dispatch.ts";
import { quoteName } from "#core/text/quote-name.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { getStepName } from "#core/document/step.ts";
import { NetworkError, getUpgradeUrlFromApiError } from "#client/data/api/api-error.ts";
import { describeRunRequestError } from "#client/data/api/describe-run-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import {
  InterruptedStreamError,
  UnknownRunOutcomeError,
  streamFlowRun,
} from "#client/data/api/stream-flow-run.ts";
import type { FlowRunStreamEvent } from "#client/data/api/flow-run-event-reader.ts";
import { noteApiFeatureError } from "#client/data/queries/api-features.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import type { TestRunStore } from "#client/editor/session/test-run-store.ts";
import { type TestRunFormErrors, planTestRun } from "./plan-test-run.ts";
import { type TestRunFormValues, getTypedTestRunInput } from "./test-run-form.ts";
import { createTestRunProgressAnnouncer, findFirstFailedStepOfTestRun } from "./test-run-steps.ts";
import { type TestRun, endTestRun, applyTestRunEvents, createTestRun } from "./test-run.ts";

const NO_FAULTS: TestRunFormErrors = new Map();
const NO_INPUTS: readonly FlowInputVariable[] = [];
const NO_READS: readonly RecordReadByStep[] = [];

export function useFlowInputs(): readonly FlowInputVariable[] {
  return useFlowAnalysis(({ analysis }) => analysis?.inputs ?? NO_INPUTS);
}

export function useFlowRecordReads(): readonly RecordReadByStep[] {
  return useFlowAnalysis(({ analysis }) => analysis?.recordReads ?? NO_READS);
}

/** With the validation errors, and why starting is blocked or the API refuses all test runs. */
export function useStartTestRun(form: TestRunFormValues) {
  const { testRun } = useEditor();
  const openFlow = useOpenFlow();
  const client = useQueryClient();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isLive = offersFeature(server, "liveRuns");
  const inputs = useFlowInputs();
  const reads = useFlowRecordReads();
  const isEmpty = useOpenFlowState(({ history }) => history.document.steps.length === 0);
  const isInexact = useOpenFlowState((state) => state.isInexact);
  // The form is incomplete before the first attempt to start.
  const [isReported, setReported] = useState(false);
  const refused = explainMissingFeature(server, "dispatch");
  let blocked: string | undefined;
  if (isEmpty) blocked = "The flow has no steps yet.";
  else if (isInexact) blocked = "A number in this flow is too precise to run here.";
  else blocked = explainMissingScope(server, "DISPATCH:EXECUTE") ?? refused;

  const plan =
    isReported &&
    planTestRun(openFlow.getState().history.document, form, {
      inputs: inputs.map(({ name }) => name),
      upTo: undefined,
    });

  const start = useCallback(
    /** `isAsked`: from outside the panel, so the first empty input is focused before a run starts. */
    ({ isAsked }: { readonly isAsked: boolean }) => {
      if (testRun.getState().run?.status === "running") return announceToScreenReaders("Already running.");
      if (blocked !== undefined) return announceToScreenReaders(blocked, "assertive");
      const hasPanelFocus = isTargetInTestRunPanel(window.document.activeElement);
      const empty =
        isAsked &&
        !hasPanelFocus &&
        inputs.find(({ name }) => getTypedTestRunInput(form, name).text.trim() === "");
      if (empty && testRun.getState().run === undefined) {
        announceToScreenReaders(`${quoteName(empty.name)} is empty. Enter a value, or run without.`);
        return focusField(`input:${empty.name}`);
      }
      const needsRecord = form.source === "none" && reads.length > 0;
      if (needsRecord && isAsked && !hasPanelFocus && testRun.getState().run === undefined) {
        announceToScreenReaders("This flow reads a record. Choose one, or run without.");
        return focusField("source");
      }
      openFlow.flush();
      const { document } = openFlow.getState().history;
      const { upTo } = testRun.getState();
      const isThere = upTo !== undefined && findStep(document, upTo) !== undefined;
      if (!isThere) testRun.setState({ upTo: undefined });
      const names = inputs.map(({ name }) => name);
      const planned = planTestRun(document, form, {
        inputs: names,
        upTo: isThere ? upTo : undefined,
      });
      if (planned.type === "faults") {
        setReported(true);
        const [first] = planned.faults;
        if (!first) return;
        announceToScreenReaders(`Couldn’t run. ${first[1]}`, "assertive");
        return focusField(first[0]);
      }
      const request = { document, upTo: isThere ? upTo : undefined, body: planned.body, isLive };
      void sendTestRun(client, testRun, request);
    },
    [client, testRun, openFlow, form, inputs, reads, blocked, isLive],
  );
  return { start, blocked, refused, faults: plan && plan.type === "faults" ? plan.faults : NO_FAULTS };
}

function focusField(field: string): void {
  requestFocusWhenRendered(() =>
    document.querySelector<HTMLElement>(
      `[data-try-field="${CSS.escape(field)}"] :is(textarea, input, select, .cm-content)`,
    ),
  );
}

/** Minimum milliseconds between renders of streamed text, because models write faster than users read. */
const RENDER_INTERVAL_MS = 40;

/** Then the connection is dead: three heartbeats of a server with live runs, or another's time limit. */
const SILENCE_MS = { live: 45_000, other: 660_000 } as const;

interface TestRunRequest {
  readonly isLive: boolean;
  readonly document: FlowDocument;
  readonly upTo: StepKey | undefined;
  readonly body: DispatchRequestBody;
}

async function sendTestRun(
  client: QueryClient,
  store: TestRunStore,
  { document, upTo, body, isLive }: TestRunRequest,
): Promise<void> {
  store.getState().stop?.();
  const abort = new AbortController();
  let pendingEvents: FlowRunStreamEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let run = createTestRun(document, upTo);
  const announceProgress = createTestRunProgressAnnouncer((text) => announceToScreenReaders(text));
  const show = (next: TestRun) => {
    run = next;
    store.setState({ run, ...(run.status !== "running" && { stop: undefined }) });
    announceProgress(run);
  };
  const draw = () => {
    clearTimeout(timer);
    timer = undefined;
    const events = pendingEvents;
    pendingEvents = [];
    if (events.length > 0 && run.status === "running") show(applyTestRunEvents(run, events));
  };
  const stop = () => {
    draw();
    abort.abort();
    if (run.status !== "running") return;
    show(endTestRun(run, "stopped"));
    announceToScreenReaders("Run stopped.");
  };
  store.setState({ run, stop, viewed: undefined });
  announceToScreenReaders("Run started.");
  try {
    const options = { signal: abort.signal, silenceMs: SILENCE_MS[isLive ? "live" : "other"] };
    for await (const event of streamFlowRun(body, options)) {
      pendingEvents.push(event);
      timer ??= setTimeout(draw, RENDER_INTERVAL_MS);
    }
    draw();
  } catch (failure) {
    draw();
    const { record } = body;
    const recordId = record && "id" in record ? record.id : undefined;
    const doesRecordExist = typeof recordId === "string" ? () => isRecordThere(recordId) : undefined;
    const error = (await noteApiFeatureError(client, "dispatch", failure, doesRecordExist)) ?? failure;
    const isLost = error instanceof InterruptedStreamError || error instanceof UnknownRunOutcomeError;
    show(
      endTestRun(run, isLost ? "lost" : "refused", {
        error: describeTestRunError(error, isLive),
        upgradeUrl: getUpgradeUrlFromApiError(error),
      }),
    );
  }
  if (!abort.signal.aborted) announceEnd(run);
}

function announceEnd(run: TestRun): void {
  const took = run.durationMs === undefined ? "" : ` in ${formatDuration(run.durationMs)}`;
  if (run.status === "completed") return void announceToScreenReaders(`Run completed${took}.`);
  const failed = findFirstFailedStepOfTestRun(run);
  const node = failed === undefined ? undefined : findStep(run.document, failed);
  const at = run.status === "failed" && node ? ` at ${quoteName(getStepName(node))}` : "";
  announceToScreenReaders(
    `Run ${run.status === "stopped" ? "stopped" : `failed${at}`}. ${run.error ?? ""}`.trim(),
    "assertive",
  );
}

async function isRecordThere(id: string): Promise<boolean> {
  await callEndpoint("getRecord", { params: { id } });
  return true;
}

const UNKNOWN_OUTCOME =
  "The run’s outcome is unknown: the response ended early. Check the results of its steps before you run it again.";

function describeTestRunError(error: unknown, isLive: boolean): string {
  if (error instanceof UnknownRunOutcomeError) return UNKNOWN_OUTCOME;
  if (error instanceof InterruptedStreamError) {
    // A server that runs the flow itself ends the run when the connection to the page is lost.
    return isLive
      ? "Connection lost. The run was stopped; effects of earlier steps remain."
      : UNKNOWN_OUTCOME;
  }
  if (error instanceof NetworkError) return "Can’t reach the server. The run may not have started.";
  return `Couldn’t run. ${describeRunRequestError(error)}`;
}
