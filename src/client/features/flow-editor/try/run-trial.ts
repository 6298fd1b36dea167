import type { DispatchBody } from "#contract/dispatch.ts";
import { quoteName } from "#core/quote-name.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { ApiError, NetworkError, describeError } from "#client/data/api-error.ts";
import { CutStreamError, type DispatchEvent, dispatchFlow } from "#client/data/dispatch.ts";
import { announce } from "#client/ui/announce.ts";
import { formatDuration } from "#client/ui/format-duration.ts";
import { type TrialRun, endTrialRun, hearEvents, startTrialRun } from "./trial-run.ts";
import type { TrialStore } from "./trial-store.ts";

/** A model's words come faster than they can be read: of those within a frame or two the page draws the last. */
const DRAW_MS = 40;

interface Trial {
  readonly document: FlowDocument;
  readonly upTo: StepKey | undefined;
  readonly body: DispatchBody;
}

/** Runs a draft to its end, and keeps the store as the run tells it. One that is under way is ended by it. */
export async function runTrial(store: TrialStore, { document, upTo, body }: Trial): Promise<void> {
  store.getState().stop?.();
  const abort = new AbortController();
  let waiting: DispatchEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let run = startTrialRun(document, upTo);
  const show = (next: TrialRun) => {
    run = next;
    store.setState({ run, ...(run.status !== "running" && { stop: undefined }) });
  };
  const draw = () => {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    if (events.length > 0 && run.status === "running") show(hearEvents(run, events));
  };
  const stop = () => {
    draw();
    abort.abort();
    if (run.status !== "running") return;
    show(endTrialRun(run, "stopped"));
    announce("Run stopped.");
  };
  store.setState({ run, stop, viewed: undefined });
  announce("Run started.");
  try {
    for await (const event of dispatchFlow(body, abort.signal)) {
      waiting.push(event);
      timer ??= setTimeout(draw, DRAW_MS);
    }
    draw();
  } catch (error) {
    draw();
    const isLost = error instanceof CutStreamError;
    show(endTrialRun(run, isLost ? "lost" : "refused", describeTrialError(error)));
  }
  if (!abort.signal.aborted) announceEnd(run);
}

/** The first step that failed: the run is over by it, or went on without it. */
export function findFailed({ steps }: TrialRun): StepKey | undefined {
  for (const [key, { status }] of steps) if (status === "failed") return key;
  return undefined;
}

function announceEnd(run: TrialRun): void {
  const took = run.durationMs === undefined ? "" : ` in ${formatDuration(run.durationMs)}`;
  if (run.status === "completed") return void announce(`Run completed${took}.`);
  const failed = findFailed(run);
  const node = failed === undefined ? undefined : findStep(run.document, failed);
  const at = run.status === "failed" && node ? ` at ${quoteName(stepName(node))}` : "";
  announce(
    `Run ${run.status === "stopped" ? "stopped" : `failed${at}`}. ${run.error ?? ""}`.trim(),
    "assertive",
  );
}

function describeTrialError(error: unknown): string {
  if (error instanceof CutStreamError)
    return "The connection broke off, so it is not known how the run went on. The server ends a run that nobody listens to; what its steps did until then is done.";
  if (error instanceof NetworkError)
    return "The server cannot be reached, so it is not known whether anything ran. Check that it is running, then try again.";
  if (error instanceof ApiError && error.status === 403)
    return "Nothing ran: this key may not run drafts. Sign in with one that may (DISPATCH:EXECUTE).";
  return `Nothing ran. ${describeError(error)}`;
}
