import { type ReactNode, useDeferredValue, useId, useMemo, useRef, useState } from "react";
import { describeError } from "#client/data/api-error.ts";
import { catchUp } from "#client/document/catch-up.ts";
import { markOf, parseTheirs } from "#client/document/flow-version.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { tieTexts } from "#client/features/flow-editor/tie-texts.ts";
import { NO_TEXTS } from "#client/document/typed-texts.ts";
import { useFocusBack } from "#client/features/flow-editor/use-focus-back.ts";
import { type SaveAsNewOptions, useSaveAsNew } from "#client/features/flow-editor/use-save-as-new.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { FlowDifference, describeDifference } from "#client/flow/flow-difference.tsx";
import { Button } from "#client/ui/button.tsx";
import { DisclosureButton } from "#client/ui/disclosure-button.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { sayItDidNotOpen } from "#client/ui/lazy-part.tsx";
import { describeAuthor } from "./describe-author.ts";
import { sayUnfinished } from "./say-unfinished.ts";
import { useClashCount } from "./use-clash-count.ts";

/** Over edits that do not stand on the version that the server holds: who changed what, and the ways to go on. */
export function BehindBanner(options: SaveAsNewOptions) {
  const openFlow = useOpenFlow();
  const { openDialog } = useEditor();
  const [isOpen, setOpen] = useState(false);
  const { saveAsNew, isPending, error } = useSaveAsNew(options);
  const banner = useRef<HTMLElement>(null);
  const detailId = useId();
  useFocusBack(banner);

  const flow = useOpenFlowState((state) => state.flow);
  const base = useOpenFlowState(({ history }) => history.base.document);
  const theirs = useOpenFlowState(parseTheirs);
  const hasEdits = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const isPutBack = useOpenFlowState(({ history }) => flow.updatedAt < history.base.version.updatedAt);
  const isKeptOnDevice = useOpenFlowState((state) => state.isKeptOnDevice);
  const clashes = useClashCount(openFlow);
  const theirLines = useMemo(() => describeDifference(base, theirs), [base, theirs]);
  const { who, where } = describeAuthor(flow.id, markOf(flow));

  // Where both changed the same, nothing is merged before that is settled.
  const merge = () =>
    void catchUp(openFlow).then(
      (result) => {
        if (result.type === "clash") openDialog({ type: "settle", isSaving: false });
        if (result.type !== "unfinished") return;
        sayUnfinished();
        options.onBroken(result.text);
      },
      () => sayItDidNotOpen({ onClose: () => undefined }),
    );
  const showTheirs = () => {
    openFlow.settle();
    openFlow.takeTheirs();
    // Half-typed texts are given up with the edits, and come back with them.
    tieTexts(openFlow, { ...NO_TEXTS, unappliedText: openFlow.getState().unappliedText });
  };

  const edits = `Your edits are kept ${isKeptOnDevice ? "on this device" : "in this tab"}; nothing was overwritten.`;
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
          {hasEdits ? edits : isPutBack ? PUT_BACK : "What you see is an earlier version."}
          {error && ` ${describeError(error)}`}
        </p>
        <span className="flex flex-wrap gap-2">
          <DisclosureButton
            label="Show what changed"
            isOpen={isOpen}
            controls={detailId}
            onToggle={() => setOpen(!isOpen)}
          />
          {hasEdits && (
            <Button size="sm" variant="primary" onClick={merge}>
              {clashes > 0 ? `Settle ${formatCount(clashes, "clash", "clashes")}` : "Merge"}
            </Button>
          )}
          <Button size="sm" variant={hasEdits ? "secondary" : "primary"} onClick={showTheirs}>
            Show theirs
          </Button>
          {(hasEdits || isPutBack) && (
            <Button size="sm" busy={isPending} onClick={saveAsNew}>
              Save mine as a new flow
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
          <Side title="Yours">
            <MyChanges />
          </Side>
        </div>
      )}
    </section>
  );
}

/** It may be nowhere else any more. */
const PUT_BACK =
  "What you see is a later version than the one that the server holds, as after a backup was put back.";

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
  return <FlowDifference label="Your changes" before={base} after={document} />;
}
