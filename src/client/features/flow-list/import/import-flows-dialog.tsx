import { useBlocker } from "@tanstack/react-router";
import { quoteName } from "#core/document/quote-name.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { Dialog, RunOnMount } from "#client/ui/overlays/dialog.tsx";
import { FileChooser } from "./file-chooser.tsx";
import { FlowImportOutcomes, FlowImportProgress } from "./import-outcomes.tsx";
import { FlowImportPlan } from "./import-plan.tsx";
import type { FlowImportItem } from "./send-flows.ts";
import type { ImportFile } from "./read-import-files.ts";
import { type FlowImportState, useFlowImport } from "./use-flow-import.ts";

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
  const isReady = state.type === "ready";
  // Asks for confirmation before a navigation, which would stop the import.
  useBlocker({
    shouldBlockFn: () => {
      const isStaying =
        (isSending && !confirm("Stop the import? Remaining flows won’t be imported.")) ||
        (isReady && !confirm("Leave without importing?"));
      if (isStaying) pageUserIdentityTracker.setSignOut("none");
      return isStaying;
    },
    enableBeforeUnload: () => isSending || isReady,
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
        {isSmall && <FileChooser state={state} onPick={read} />}
        {state.type === "ready" && <FlowImportPlan plan={state} importing={importing} />}
        {state.type === "sending" && <FlowImportProgress state={state} />}
        {state.type === "ended" && <FlowImportOutcomes state={state} onOpen={onOpen} />}
      </div>
    </Dialog>
  );
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
        <Button ref={focusNow} onClick={importing.startOver}>
          Stop
        </Button>
      );
    case "ready": {
      const count = state.items.filter(({ choice }) => choice.type !== "skip").length;
      return (
        <>
          <Button onClick={importing.startOver}>Choose other files</Button>
          <Button
            ref={focusNow}
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
        <Button ref={focusNow} onClick={importing.stop}>
          Stop
        </Button>
      );
    case "ended": {
      const wanted = state.items.filter(({ choice }) => choice.type !== "skip");
      const left = wanted.filter(({ id }) => (state.outcomes.get(id)?.type ?? "failed") === "failed").length;
      const [only] = wanted.length === 1 && left === 0 ? state.outcomes.values() : [];
      return (
        <>
          {left > 0 && <Button onClick={importing.resume}>Retry {formatCount(left, "flow")}</Button>}
          {only && only.type !== "failed" && <Button onClick={() => onOpen(only.flowId)}>Open flow</Button>}
          <Button ref={focusNow} variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      );
    }
  }
}

/** Focuses the main button of the stage on mount, because the button that had the focus was unmounted. */
function focusNow(element: HTMLElement | null): void {
  element?.focus();
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
      return `${formatCount(state.items.length, "flow")}${rest}`;
    }
    default:
      return undefined;
  }
}
