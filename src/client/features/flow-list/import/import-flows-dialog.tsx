import { focusOnMount } from "#client/ui/focus/focus-on-mount.ts";
import { useBlocker } from "@tanstack/react-router";
import { CircleCheck, CircleMinus, CircleX } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { quoteName } from "#core/text/quote-name.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { Dialog, RunOnMount } from "#client/ui/overlays/dialog.tsx";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { describeResume } from "#client/flow/bulk/describe-resume.ts";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { isEventTargetInTextField } from "#client/ui/focus/key-event-in-text-field.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { FileChooser } from "./file-chooser.tsx";
import { FlowImportPlan } from "./import-plan.tsx";
import { MAX_ROWS_SHOWN_AT_ONCE, RefusedFiles } from "./refused-files.tsx";
import type { FlowImportItem, FlowImportOutcome } from "./send-flows.ts";
import type { ImportFile } from "./read-import-files.ts";
import { readPastedFiles } from "./read-pasted-files.ts";
import { type FlowImportState, useFlowImport, describeFlowImportOutcomes } from "./use-flow-import.ts";

type ImportFlowsDialogProps = {
  /** Files that were dropped or pasted on the page; if empty, the dialog asks for files. */
  readonly files: readonly ImportFile[];
  readonly onClose: () => void;
  readonly onOpen: (flowId: string) => void;
};

export function ImportFlowsDialog({ files, onClose, onOpen }: ImportFlowsDialogProps) {
  const importing = useFlowImport();
  const { state, read, stop, stopOnUnmount } = importing;
  const isSending = state.type === "sending";
  const hasPlan = state.type === "ready" || (state.type === "reading" && state.earlier !== undefined);
  useReadPastedFiles(importing.add, isSending);
  // Asks for confirmation before a navigation, which would stop the import.
  useBlocker({
    shouldBlockFn: () => {
      const isStaying =
        (isSending && !confirm("Stop the import? Remaining flows won’t be imported.")) ||
        (hasPlan && !confirm("Leave without importing?"));
      if (isStaying) pageUserIdentityTracker.setSignOut("none");
      return isStaying;
    },
    enableBeforeUnload: () => isSending || hasPlan,
  });
  const isSmall = state.type === "choosing" || state.type === "reading";

  return (
    <Dialog
      title="Import flows"
      description={describe(state)}
      size={isSmall ? "md" : "xl"}
      // While flows are being sent, Close stops the import and keeps the dialog open to show what was imported.
      onClose={isSending ? stop : onClose}
      footer={<ImportButtons importing={importing} onClose={onClose} onOpen={onOpen} />}
    >
      <RunOnMount run={() => read(files)} />
      <div ref={stopOnUnmount}>
        {isSmall && <FileChooser state={state} onPick={importing.add} />}
        {state.type === "ready" && <FlowImportPlan plan={state} importing={importing} />}
        {state.type === "sending" && <FlowImportProgress state={state} />}
        {state.type === "ended" && <FlowImportOutcomes state={state} onOpen={onOpen} />}
      </div>
    </Dialog>
  );
}

/** Reads what is pasted anywhere in the dialog, except in text fields and in the area for files, which reads it itself. */
function useReadPastedFiles(onFiles: (files: readonly ImportFile[]) => void, isIgnored: boolean): void {
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    if (isIgnored || !event.clipboardData || isEventTargetInTextField(event.target)) return;
    if (event.target instanceof Element && event.target.closest("[data-reads-paste]")) return;
    const files = readPastedFiles(event.clipboardData);
    if (files) onFiles(files);
  });
  useEffect(() => {
    const stop = new AbortController();
    // Captures the event, because a dialog stops its propagation.
    document.addEventListener("paste", (event) => onPaste(event), { signal: stop.signal, capture: true });
    return () => stop.abort();
  }, []);
}

type ImportButtonsProps = Omit<ImportFlowsDialogProps, "files"> & {
  readonly importing: ReturnType<typeof useFlowImport>;
};

function ImportButtons({ importing, onClose, onOpen }: ImportButtonsProps) {
  const { state } = importing;
  switch (state.type) {
    case "choosing":
      return <Button onClick={onClose}>Cancel</Button>;
    case "reading":
      return (
        <Button ref={focusOnMount} onClick={importing.startOver}>
          Stop
        </Button>
      );
    case "ready": {
      const count = state.items.filter(({ choice }) => choice.type !== "skip").length;
      return (
        <>
          <Button onClick={importing.startOver}>Choose other files</Button>
          <Button
            ref={focusOnMount}
            variant="primary"
            disabledReason={
              state.browserData.length > 0 && count === 0 ? undefined : explainBlockedImport(state.items)
            }
            onClick={importing.start}
          >
            {count === 0 ? "Import" : `Import ${formatCount(count, "flow")}`}
          </Button>
        </>
      );
    }
    case "sending":
      return (
        <Button ref={focusOnMount} onClick={importing.stop}>
          Stop
        </Button>
      );
    case "ended": {
      const wanted = state.items.filter(({ choice }) => choice.type !== "skip");
      const untriedCount = wanted.filter(({ id }) => !state.outcomes.has(id)).length;
      const failedCount = [...state.outcomes.values()].filter(({ type }) => type === "failed").length;
      const onlyId = findOnlyFlowId(state);
      return (
        <>
          {untriedCount + failedCount > 0 && (
            <Button onClick={importing.resume}>{describeResume(failedCount, untriedCount)}</Button>
          )}
          {onlyId === undefined ? (
            <Button ref={focusOnMount} variant="primary" onClick={onClose}>
              Done
            </Button>
          ) : (
            <>
              <Button onClick={onClose}>Done</Button>
              <Button ref={focusOnMount} variant="primary" onClick={() => onOpen(onlyId)}>
                Open flow
              </Button>
            </>
          )}
        </>
      );
    }
  }
}

/** Returns the id of the flow if exactly one was imported. */
function findOnlyFlowId(state: RunningOrEnded): string | undefined {
  const [outcome, ...others] = [...state.outcomes.values()];
  const isOnly = others.length === 0 && listUnskipped(state).length === 1;
  return isOnly && outcome && outcome.type !== "failed" ? outcome.flowId : undefined;
}

function explainBlockedImport(items: readonly FlowImportItem[]): string | undefined {
  if (items.length === 0) return "No file can be imported.";
  if (items.every(({ choice }) => choice.type === "skip"))
    return "Every flow is skipped. Change a choice first.";
  const updated = new Set<string>();
  for (const { choice } of items) {
    if (choice.type !== "update") continue;
    const { id, name } = choice.target;
    if (updated.has(id)) return `Two files update ${quoteName(name)}. Skip one of them.`;
    updated.add(id);
  }
  return undefined;
}

function describe(state: FlowImportState): string | undefined {
  switch (state.type) {
    case "choosing":
    case "reading":
      return "JSON or ZIP files with flows, exports or dispatch requests.";
    case "ready": {
      const existing = state.items.filter((item) => item.existing.length > 0).length;
      const rest = existing === 0 ? "" : `, ${formatNumber(existing)} with an existing name`;
      // Shown in the header, because a line above the flows would move them when it disappears.
      const progress = state.check === "running" ? ". Checking them on the server…" : "";
      return `${formatCount(state.items.length, "flow")}${rest}${progress}`;
    }
    default:
      return undefined;
  }
}

type RunningOrEnded = FlowImportState & { readonly type: "sending" | "ended" };

const listUnskipped = ({ items }: RunningOrEnded) => items.filter(({ choice }) => choice.type !== "skip");

function FlowImportProgress({ state }: { readonly state: RunningOrEnded }) {
  const total = listUnskipped(state).length;
  const outcomes = [...state.outcomes.values()];
  const failed = outcomes.filter(({ type }) => type === "failed").length;
  const text = `${formatNumber(outcomes.length)} of ${formatCount(total, "flow")}`;
  return (
    <div className="flex flex-col gap-2 py-4">
      <ProgressBar label="Import" text={text} total={total} failed={failed} done={outcomes.length} />
      <p className="flex flex-wrap justify-between gap-x-4 text-sm text-muted tabular-nums">
        <span>{text}</span>
        {failed > 0 && <span>{formatNumber(failed)} failed</span>}
      </p>
    </div>
  );
}

const outcomeLooks = {
  created: { icon: CircleCheck, color: "text-success", label: "Created" },
  updated: { icon: CircleCheck, color: "text-success", label: "Updated" },
  unchanged: { icon: CircleMinus, color: "text-muted", label: "No changes" },
  failed: { icon: CircleX, color: "text-danger", label: "Failed" },
} as const;

const order: Readonly<Record<FlowImportOutcome["type"], number>> = {
  failed: 0,
  created: 1,
  updated: 1,
  unchanged: 2,
};

type FlowImportOutcomesProps = { readonly state: RunningOrEnded; readonly onOpen: (flowId: string) => void };

/** Lists the outcome of each flow, failures first. */
function FlowImportOutcomes({ state, onOpen }: FlowImportOutcomesProps) {
  const { outcomes, stoppedBy, refused } = state;
  const wanted = listUnskipped(state);
  const done = wanted
    .flatMap((item) => {
      const outcome = outcomes.get(item.id);
      return outcome ? [{ item, outcome }] : [];
    })
    .toSorted((a, b) => order[a.outcome.type] - order[b.outcome.type]);
  const unsent = wanted.length - done.length;
  const [shown, setShown] = useState(MAX_ROWS_SHOWN_AT_ONCE);
  const hasMainButton = findOnlyFlowId(state) !== undefined;
  return (
    <div className="flex flex-col gap-4">
      <p className="font-medium">{describeFlowImportOutcomes(outcomes)}</p>
      {unsent > 0 && (
        <p role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          {formatCount(unsent, "flow was", "flows were")} not sent:{" "}
          {stoppedBy ? describeRequestErrorForUser(stoppedBy) : "the import was stopped."}
          <UpgradeLink error={stoppedBy} /> Imported flows are kept.
        </p>
      )}
      {state.isDataRefused && (
        <p role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          Saved views and favorites were not added: the browser’s storage is full or blocked.
        </p>
      )}
      {refused.length > 0 && <RefusedFiles refused={refused} />}
      {done.length > 0 && (
        <ul aria-label="Imported flows" className="flex flex-col text-sm">
          {done.slice(0, shown).map(({ item, outcome }) => {
            const { icon: Drawing, color, label } = outcomeLooks[outcome.type];
            return (
              <li
                key={item.id}
                className="flex items-start gap-2 border-b border-line py-1.5 last:border-b-0"
              >
                <Drawing aria-hidden="true" className={joinClasses("mt-0.5 size-4 shrink-0", color)} />
                <span className="min-w-0 flex-1 break-words">
                  <span dir="auto">{item.preview.name}</span>
                  <span className="block text-muted">
                    {outcome.type === "failed" ? outcome.reason : label}
                  </span>
                </span>
                {outcome.type !== "failed" && !hasMainButton && (
                  <Button size="sm" variant="ghost" onClick={() => onOpen(outcome.flowId)}>
                    Open
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {done.length > shown && (
        <Button size="sm" className="self-start" onClick={() => setShown(shown + MAX_ROWS_SHOWN_AT_ONCE)}>
          Show {formatNumber(Math.min(MAX_ROWS_SHOWN_AT_ONCE, done.length - shown))} of{" "}
          {formatNumber(done.length - shown)} more
        </Button>
      )}
    </div>
  );
}
