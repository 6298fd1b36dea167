import {
  type ReactNode,
  useDeferredValue,
  useId,
  useMemo,
  useRef,
  useState,
  useEffect,
  useEffectEvent,
} from "react";
import { GitMerge, Undo2, X } from "lucide-react";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import {
  mergeNewestServerVersion,
  previewMergeWithServerVersion,
} from "#client/document/remote/merge-newest-version.ts";
import {
  getFlowVersionIdentifier,
  parseDocumentOfServerVersion,
} from "#client/document/remote/flow-version.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { useEditor, type Editor, useFlowAnalysis } from "#client/editor/session/editor-provider.tsx";
import { bindPendingInputToLastEdit } from "#client/editor/session/bind-pending-input.ts";
import { NO_PENDING_USER_INPUT, type InvalidFieldInput } from "#client/document/pending-input.ts";
import { useReturnFocusOnUnmount } from "#client/editor/session/focus.ts";
import { type SaveAsNewFlowOptions, useSaveAsNewFlow } from "#client/editor/saving/use-save-as-new.ts";
import { ChangeList, FlowDifferenceList, describeFlowDifference } from "#client/flow/change-list.tsx";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { DisclosureButton } from "#client/ui/controls/disclosure-button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { closeOverlayWithToast } from "#client/ui/hooks/create-lazy-component.tsx";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { quoteName, truncateNameToOneLine } from "#core/text/quote-name.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import type { RemoteUpdateHistoryEntry } from "#client/document/remote/remote-update.ts";
import { appendToPendingAnnouncement, announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import type { LabeledQuickFixCallback } from "#client/editor/session/broken-references.ts";
import { findCurrentQuickFixes, applyQuickFixForProblem } from "#client/editor/problems/fix-problem.ts";
import type { FlowVersionIdentifier } from "#core/history/edit-history.ts";
import { liveEventEmitter } from "#client/data/live/live-events.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

export function StaleVersionBanner(options: SaveAsNewFlowOptions) {
  const openFlow = useOpenFlow();
  const { openDialog } = useEditor();
  const [isOpen, setOpen] = useState(false);
  const { saveAsNew, isPending, error } = useSaveAsNewFlow(options);
  const banner = useRef<HTMLElement>(null);
  const detailId = useId();
  useReturnFocusOnUnmount(banner);

  const flow = useOpenFlowState((state) => state.flow);
  const base = useOpenFlowState(({ history }) => history.base.document);
  const theirs = useOpenFlowState(parseDocumentOfServerVersion);
  const hasEdits = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const isNewerHere = useOpenFlowState(({ history }) => flow.updatedAt < history.base.version.updatedAt);
  const isPersisted = useOpenFlowState((state) => state.isPersisted);
  const viewOnlyReason = useViewOnlyReason();
  const conflicts = useConflictCount(openFlow);
  const theirLines = useMemo(() => describeFlowDifference(base, theirs), [base, theirs]);
  const { who, where } = describeWhoSavedFlowVersion(flow.id, getFlowVersionIdentifier(flow));

  const merge = () =>
    void mergeNewestServerVersion(openFlow).then(
      (result) => {
        if (result.type === "conflict") openDialog({ type: "resolve", isSaving: false });
        if (result.type !== "unfinished") return;
        showMergeBlockedToast();
        options.onInvalidInput(result.text);
      },
      () => closeOverlayWithToast({ onClose: () => undefined }),
    );
  const showTheirs = () => {
    openFlow.flush();
    openFlow.takeTheirs();
    bindPendingInputToLastEdit(openFlow, {
      ...NO_PENDING_USER_INPUT,
      pendingJson: openFlow.getState().pendingJson,
    });
  };

  const editsText = `Your edits are kept ${isPersisted ? "on this device" : "in this tab"}.`;
  return (
    <section
      ref={banner}
      aria-label="Changed elsewhere"
      className="flex shrink-0 flex-col border-b border-line bg-warning-soft text-sm"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
        <p role="alert" className="min-w-0 flex-1 basis-72 break-words">
          <strong className="font-semibold text-warning">{`Changed ${where}.`}</strong>{" "}
          {theirLines.length === 0
            ? `${who} saved this flow again. `
            : `${who} saved ${formatCount(theirLines.length, "change")} to this flow. `}
          {hasEdits ? editsText : isNewerHere ? NEWER_HERE_TEXT : "You are viewing an earlier version."}
          {error && ` ${describeRequestErrorForUser(error)}`}
          <UpgradeLink error={error} />
        </p>
        <span className="flex flex-wrap gap-2">
          <DisclosureButton
            label="Show changes"
            isOpen={isOpen}
            controls={detailId}
            onToggle={() => setOpen(!isOpen)}
          />
          {hasEdits && (
            <Button size="sm" variant="primary" onClick={merge}>
              {conflicts > 0 ? `Resolve ${formatCount(conflicts, "conflict", "conflicts")}` : "Merge"}
            </Button>
          )}
          <Button size="sm" variant={hasEdits ? "secondary" : "primary"} onClick={showTheirs}>
            Use theirs
          </Button>
          {(hasEdits || isNewerHere) && (
            <Button size="sm" busy={isPending} disabledReason={viewOnlyReason} onClick={saveAsNew}>
              Save mine as new flow
            </Button>
          )}
        </span>
      </div>
      {isOpen && (
        <div
          id={detailId}
          className="grid max-h-[40dvh] gap-x-8 gap-y-3 overflow-y-auto border-t border-line bg-surface px-4 py-3 md:grid-cols-2"
        >
          <Side title="Theirs">
            <ChangeList label="Their changes" lines={theirLines} />
          </Side>
          <Side title="Mine">
            <MyChanges />
          </Side>
        </div>
      )}
    </section>
  );
}

/** A backup was restored on the server: this tab may contain the only copy of that version. */
const NEWER_HERE_TEXT =
  "You are viewing a later version than the server’s, which may have been restored from a backup.";

function Side({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="min-w-0">
      <h2 className="mb-1 text-xs font-medium text-muted">{title}</h2>
      {children}
    </section>
  );
}

function MyChanges() {
  const base = useOpenFlowState(({ history }) => history.base.document);
  const document = useDeferredValue(useOpenFlowState(({ history }) => history.document));
  return <FlowDifferenceList label="Your changes" before={base} after={document} />;
}

/** Debounce after an edit, in milliseconds: merging a long flow between two keystrokes would delay typing. */
const RECOUNT_DELAY_MS = 150;

function useConflictCount(openFlow: OpenFlow): number {
  const [count, setCount] = useState(() => countConflicts(openFlow));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = openFlow.subscribe(({ flow, history, unacknowledgedSaves }, before) => {
      const isSame = flow === before.flow && history.document === before.history.document;
      if (isSame && unacknowledgedSaves === before.unacknowledgedSaves) return;
      clearTimeout(timer);
      timer = setTimeout(() => setCount(countConflicts(openFlow)), RECOUNT_DELAY_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [openFlow]);
  return count;
}

function countConflicts(openFlow: OpenFlow): number {
  return previewMergeWithServerVersion({ mergeDocuments }, openFlow.getState())?.conflicts.length ?? 0;
}

type RemoteUpdateSummaryProps = {
  readonly remoteUpdate: RemoteUpdateHistoryEntry;
  readonly onUndo: () => void;
  readonly onDismiss: () => void;
  readonly onGoTo: (problem: Problem) => void;
};

export function RemoteUpdateSummary({ remoteUpdate, onUndo, onDismiss, onGoTo }: RemoteUpdateSummaryProps) {
  const editor = useEditor();
  const flowId = useOpenFlowState(({ flow }) => flow.id);
  const [isOpen, setOpen] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const detailId = useId();
  useReturnFocusOnUnmount(bar);

  const { before, after } = remoteUpdate.rebase;
  const lines = useMemo(
    () => describeFlowDifference(before.base.document, after.base.document),
    [before.base.document, after.base.document],
  );
  const author = describeWhoSavedFlowVersion(flowId, after.base.version);
  const texts = useOpenFlowState(({ invalidInputs }) => invalidInputs);
  const text = `${describeRemoteUpdate(remoteUpdate, lines.length, author)}${describeLoss(remoteUpdate, texts)}`;
  const report = useEffectEvent((update: RemoteUpdateHistoryEntry) => {
    if (lines.length > 0) appendToPendingAnnouncement(describeForScreenReaders(update, text, author));
  });
  useEffect(() => report(remoteUpdate), [remoteUpdate]);

  const goTo = useEffectEvent(onGoTo);
  const isAnalyzed = useFlowAnalysis(({ analysis }) => analysis?.document === remoteUpdate.after);
  // The merge is rendered before its analysis runs.
  useEffect(() => {
    if (isAnalyzed && remoteUpdate.rebase.type === "merged")
      reportMergeFaults(editor, remoteUpdate, (problem) => goTo(problem));
  }, [isAnalyzed, editor, remoteUpdate]);

  if (lines.length === 0) return null;
  return (
    <section
      ref={bar}
      aria-label="Remote changes"
      className="flex shrink-0 flex-col border-b border-line bg-accent-soft text-sm"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 py-1.5 pr-2 pl-4">
        <GitMerge aria-hidden="true" className="size-4 shrink-0 text-accent" />
        <p className="min-w-48 flex-1 break-words">{text}</p>
        <div className="flex flex-wrap items-center gap-2 max-sm:w-full">
          <DisclosureButton
            label="Show changes"
            isOpen={isOpen}
            controls={detailId}
            onToggle={() => setOpen(!isOpen)}
          />
          <Button size="sm" icon={Undo2} onClick={onUndo}>
            Undo
          </Button>
          <IconButton label="Dismiss" icon={X} size="sm" className="max-sm:ml-auto" onClick={onDismiss} />
        </div>
      </div>
      {isOpen && (
        <div
          id={detailId}
          className="max-h-[40dvh] overflow-y-auto border-t border-line bg-surface px-4 py-2"
        >
          <ChangeList label="Changes from elsewhere" lines={lines} />
        </div>
      )}
    </section>
  );
}

function describeRemoteUpdate(
  remoteUpdate: RemoteUpdateHistoryEntry,
  count: number,
  { from }: Author,
): string {
  const changes = `${formatCount(count, "change")} ${from}`;
  switch (remoteUpdate.rebase.type) {
    case "merged":
      return `Merged ${changes} with yours.`;
    case "updated":
      return `Updated: ${changes}.`;
    case "replaced":
      return `Replaced your edits with ${changes}. You can undo.`;
  }
}

/** Invalid input is not part of the document, so the list of changes does not show it. */
function describeLoss(
  { before, after }: RemoteUpdateHistoryEntry,
  texts: readonly InvalidFieldInput[],
): string {
  const names = texts.flatMap(({ key }) => {
    const was = findStep(before, key);
    return was && !findStep(after, key) ? [quoteName(getStepName(was))] : [];
  });
  if (names.length === 0) return "";
  return ` Unapplied input in ${[...new Set(names)].join(", ")} was removed with the step. You can undo.`;
}

/** Users of screen readers do not see that the page has changed by itself. */
function describeForScreenReaders(
  remoteUpdate: RemoteUpdateHistoryEntry,
  text: string,
  { where }: Author,
): string {
  if (remoteUpdate.rebase.type !== "updated") return text;
  return `Flow changed ${where}. ${text}`;
}

/** The message only counts further broken references. */
const MAX_SENTENCES = 2;

/** Only those that were valid on both sides. Does nothing until the merged document is analyzed. */
function reportMergeFaults(
  editor: Pick<Editor, "analysis" | "openFlow" | "problems" | "brokenReferences">,
  entry: RemoteUpdateHistoryEntry,
  onGoTo: (problem: Problem) => void,
): void {
  const { before: mine, after: document, rebase } = entry;
  const now = editor.analysis.now();
  if (!now || now.analysis.document !== document) return;
  const sides = [mine, rebase.after.base.document] as const;
  // The other document of the merge may be the only one with a script.
  if (now.dataflow.listMissingLanguages(sides).length > 0) {
    now.dataflow
      .loadTextReaders(() => sides)
      .then(
        () => reportMergeFaults(editor, entry, onGoTo),
        () => undefined,
      );
    return;
  }
  const faults = now.dataflow.findMergeFaults(now.analysis, sides);
  const [first] = faults;
  if (!first) return;
  const rest = faults.length - MAX_SENTENCES;
  const sentences = faults.slice(0, MAX_SENTENCES).map(({ message }) => message);
  const sentence = `The merge caused new problems: ${sentences.join(" ")}${rest > 0 ? ` And ${formatCount(rest, "more problem")}.` : ""}`;
  const node = first.step === undefined ? undefined : findStep(document, first.step);
  const goTo: readonly LabeledQuickFixCallback[] = node
    ? [{ label: `Go to ${truncateNameToOneLine(getStepName(node))}`, run: () => onGoTo(first) }]
    : [];
  const quickFixes = findCurrentQuickFixes(editor, first).map(({ label }) => ({
    label,
    run: () => void applyQuickFixForProblem(editor, first, label),
  }));
  const isBroken = faults.some(({ severity }) => severity === "error");
  editor.brokenReferences.setState({
    now: {
      document,
      impact: { type: isBroken ? "breaks" : "changes", broken: [], sentence },
      quickFixes: [...goTo, ...quickFixes],
    },
  });
  announceToScreenReaders(sentence, "assertive");
}

interface Author {
  /** The author as the start of a sentence: “Someone”, “Another tab”. */
  readonly who: string;

  /** Where the author made the change, to follow a verb: “elsewhere”, “in another tab”. */
  readonly where: string;
  /** Where the change comes from, to follow a noun: “from elsewhere”, “from another tab”. */
  readonly from: string;
}

/** By the server's last change event for the flow, if its version token matches. */
export function describeWhoSavedFlowVersion(flowId: string, { token }: FlowVersionIdentifier): Author {
  const change = liveEventEmitter.findForeignChange(flowId);
  const isSameVersion = change !== undefined && token !== undefined && change.versionToken === token;
  if (isSameVersion && change.origin !== "elsewhere")
    return { who: "Another tab", where: "in another tab", from: "from another tab" };
  const key = isSameVersion ? change.by.key : null;
  if (key === null || key === "") return { who: "Someone", where: "elsewhere", from: "from elsewhere" };
  const name = quoteName(key);
  return { who: name, where: `by ${name}`, from: `from ${name}` };
}

/** Reports that the merge did not happen: the server's version changed a field that has invalid input in this tab. */
export function showMergeBlockedToast(): void {
  toasts.show({
    text: "Not merged. Fix or discard the marked input first: its field was changed elsewhere.",
    tone: "danger",
  });
}
