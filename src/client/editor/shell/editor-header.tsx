import { memo } from "react";
import {
  ArrowLeft,
  MoreHorizontal,
  Check,
  CircleAlert,
  CircleDot,
  LoaderCircle,
  Redo2,
  Undo2,
} from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useStore } from "zustand";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { useOpenFlow, useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { hasVisibleText } from "#core/text/quote-name.ts";
import { getPublishState } from "#client/flow/publish-state.ts";
import { MIN_WIDTH_SM, MIN_WIDTH_MD, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { useHasTimeElapsed } from "#client/ui/hooks/use-has-time-elapsed.ts";
import { InlineTextEditor } from "#client/ui/fields/inline-text-editor.tsx";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { listFlowMenuEntries } from "#client/editor/actions/menus.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { ViewOnlyBadge } from "#client/ui/controls/view-only-badge.tsx";
import { PublishStatus } from "#client/flow/publish-status.tsx";
import type { UnpublishedChangesStatusProps } from "#client/flow/live-comparison.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { describeSaveState } from "#client/document/saving/save-state.ts";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import { redoFlowEditAction, undoFlowEditAction } from "#client/editor/actions/undo.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { explainEmptyFlow } from "#client/editor/session/explain-empty-flow.ts";
import { useRunOnRecordsReason } from "#client/editor/session/use-run-on-records-reason.ts";
import { saveFlowAction } from "#client/editor/actions/save.ts";
import { toAriaShortcut } from "#client/ui/format/format-shortcut.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { TestRunButton } from "./flow-views.tsx";

/** Each part subscribes to the flow separately, so that an edit renders only the parts that it changes. */
export const EditorHeader = memo(function EditorHeader() {
  const editor = useEditor();
  const viewOnlyReason = useViewOnlyReason();
  const isWide = useMediaQuery(MIN_WIDTH_SM);
  return (
    <header className="flex min-h-13 shrink-0 items-center gap-1 border-b border-line px-1 py-1 sm:gap-1.5 sm:px-gutter low:min-h-11 low:py-0">
      <Link
        to="/flows"
        aria-label="Back to flows"
        {...getTooltipProps("All flows")}
        className="grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink sm:-ml-2 pointer-coarse:-ml-1 pointer-coarse:size-10 sm:pointer-coarse:-ml-3"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
      </Link>
      {/* The name is above the status and the save state on a narrow page, and wherever one line has no room. */}
      <div data-in-place="" className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 sm:gap-x-3">
        <h1 className="min-w-0 max-w-full outline-none max-lg:basis-full text-base leading-5 font-semibold [&_button]:min-h-6 [&_input]:min-h-7 max-lg:leading-4 max-lg:[&_svg]:hidden max-lg:[&_button>span]:two-lines">
          <FlowName />
        </h1>
        <div className="flex min-w-0 flex-1 items-center gap-x-2 max-lg:basis-full sm:gap-x-3 lg:basis-72">
          <HeaderStatus className="shrink-0" />
          {viewOnlyReason !== undefined && <ViewOnlyBadge reason={viewOnlyReason} />}
          <span className="flex min-w-0 items-center lg:ml-auto">
            <SaveStatus />
          </span>
        </div>
      </div>
      <HistoryButtons />
      {isWide ? (
        <>
          <span className="ml-1 inline-flex items-center gap-1.5">
            <TestRunButton />
            <RunButton />
          </span>
          <SaveAndPublishButtons />
        </>
      ) : (
        <MainButton />
      )}
      <MenuButton
        label="Actions for this flow"
        icon={MoreHorizontal}
        entries={() => listFlowMenuEntries(editor)}
      />
    </header>
  );
});

function FlowName() {
  const openFlow = useOpenFlow();
  // Without the delay of the header, in which a renamed flow would have its old name.
  const name = useStore(openFlow, ({ history }) => history.document.name);
  return (
    <InlineTextEditor
      label="Flow name"
      value={name}
      isBlank={!hasVisibleText(name)}
      placeholder="Untitled"
      maxLength={500}
      emptyMessage="Name is required."
      disabledReason={useViewOnlyReason()}
      onCommit={(next) => openFlow.edit({ type: "renameFlow", name: next })}
    />
  );
}

const UnpublishedChangesStatus = createLazyComponent<UnpublishedChangesStatusProps>(
  async () => (await import("#client/flow/live-comparison.tsx")).UnpublishedChangesStatus,
  { fallback: (props) => <PublishStatus {...props} />, onFail: () => undefined },
);

/** Counting loads the whole published version. */
const IDLE_MS = 1000;

/** Shows whether the flow is published. Counts the unpublished changes after {@link IDLE_MS}. */
function HeaderStatus({ className }: { readonly className?: string }) {
  const flow = useOpenFlowState((state) => state.flow);
  const saved = useOpenFlowState((state) => state.history.base.document);
  const isIdle = useHasTimeElapsed(IDLE_MS);
  const isUnsaved = useOpenFlowState(hasUnsavedEdits);
  const isWide = useMediaQuery(MIN_WIDTH_MD);
  // A narrow page has room for one state, and the save state is more urgent.
  if (isUnsaved && !isWide) return null;
  if (!isIdle || getPublishState(flow) !== "changed")
    return <PublishStatus flow={flow} className={className} />;
  return <UnpublishedChangesStatus flow={flow} saved={saved} className={className} />;
}

/** Not a live region: saves and failures are announced separately, and edits are not announced. */
function SaveStatus() {
  const text = useOpenFlowState((state) => describeSaveState(state).text);
  const tone = useOpenFlowState((state) => describeSaveState(state).tone);
  const savedAt = useOpenFlowState(({ progress }) =>
    progress.type === "resting" ? progress.savedAt : undefined,
  );
  const lastSavedTexts = savedAt === undefined ? [] : [`Last saved at ${formatClockTime(savedAt, savedAt)}`];
  const isSaving = text.startsWith("Saving");
  const isViewOnly = useViewOnlyReason() !== undefined;
  if (isViewOnly && tone === "calm") return null;
  const StateIcon = tone === "danger" ? CircleAlert : tone === "calm" ? Check : CircleDot;
  const Icon = isSaving ? LoaderCircle : StateIcon;
  return (
    <output
      aria-live="off"
      {...getTooltipProps([text, ...lastSavedTexts].join(". "))}
      className={joinClasses(
        "flex min-w-0 items-center gap-1.5 text-xs whitespace-nowrap max-small:text-[0.6875rem] sm:text-sm",
        tone === "danger" ? "text-danger" : "text-muted",
      )}
    >
      <Icon
        aria-hidden="true"
        className={joinClasses("size-3.5 shrink-0 max-small:hidden", isSaving && "animate-spin")}
      />
      <span className="truncate">{text}</span>
    </output>
  );
}

/** The Undo and Redo buttons, each named after the edit that it reverts or repeats. */
function HistoryButtons() {
  const editor = useEditor();
  const undoLabel = useOpenFlowState(({ history }) => history.entries[history.position - 1]?.label);
  const redoLabel = useOpenFlowState(({ history }) => history.entries[history.position]?.label);
  return (
    <>
      <IconButton
        label={undoLabel === undefined ? "Undo" : `Undo ${undoLabel}`}
        icon={Undo2}
        shortcut={undoFlowEditAction.keys[0]}
        disabledReason={undoLabel === undefined ? "Nothing to undo." : undefined}
        className="max-md:aria-disabled:hidden"
        onClick={() => undoFlowEditAction.run(editor, NO_ACTION_TARGET_STEPS)}
      />
      <IconButton
        label={redoLabel === undefined ? "Redo" : `Redo ${redoLabel}`}
        icon={Redo2}
        shortcut={redoFlowEditAction.keys[0]}
        disabledReason={redoLabel === undefined ? "Nothing to redo." : undefined}
        className="max-md:aria-disabled:hidden"
        onClick={() => redoFlowEditAction.run(editor, NO_ACTION_TARGET_STEPS)}
      />
    </>
  );
}

function RunButton() {
  const { page } = useEditor();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const offReason = useRunOnRecordsReason();
  return (
    <Button
      {...getTooltipProps("Run the saved flow on your records")}
      disabledReason={offReason}
      // Takes its space before the capabilities are known, so that the neighboring buttons do not move under the pointer.
      className={server ? "" : "invisible"}
      onClick={() => page.current?.openRunDialog()}
    >
      {/* The whole text is the name of the button at every width. */}
      <span>
        Run<span className="max-xl:sr-only"> on records…</span>
      </span>
    </Button>
  );
}

/** Save and Publish. The next of the two is on the right, so that the primary button keeps its place. */
function SaveAndPublishButtons() {
  const mustSave = useOpenFlowState(isSaveNext);
  const save = <SaveButton key="save" />;
  const publish = <PublishButton key="publish" />;
  return <span className="inline-flex gap-1.5">{mustSave ? [publish, save] : [save, publish]}</span>;
}

/** Where Save and Publish stand beside each other, they have the same width, because they take turns in one place. */
const TURN_CLASSES = "sm:min-w-18";

function SaveButton() {
  const { page } = useEditor();
  const mustSave = useOpenFlowState(isSaveNext);
  const isSaving = useOpenFlowState((state) => state.progress.type === "saving");
  const viewOnlyReason = useViewOnlyReason();
  return (
    <Button
      variant={mustSave ? "primary" : "secondary"}
      busy={isSaving}
      aria-keyshortcuts={toAriaShortcut(saveFlowAction.keys[0])}
      disabledReason={viewOnlyReason ?? (mustSave ? undefined : "No unsaved changes.")}
      className={TURN_CLASSES}
      onClick={() => page.current?.save()}
    >
      Save
    </Button>
  );
}

function PublishButton() {
  const { page } = useEditor();
  const mustSave = useOpenFlowState(isSaveNext);
  const isPublished = useOpenFlowState(({ flow }) => flow.hasUnpublishedChanges === false);
  const whyEmpty = useOpenFlowState(explainEmptyFlow);
  const isLive = !mustSave && isPublished;
  const viewOnlyReason = useViewOnlyReason();
  return (
    <Button
      variant={mustSave || isLive || (viewOnlyReason ?? whyEmpty) ? "secondary" : "primary"}
      disabledReason={viewOnlyReason ?? (isLive ? "Up to date." : whyEmpty)}
      className={TURN_CLASSES}
      // Ignores the second click of a double-click on Save, which Publish replaces once the flow is saved.
      onClick={({ detail }) => detail < 2 && page.current?.openPublishDialog()}
    >
      Publish
    </Button>
  );
}

/** The next action on a narrow page: Save, then Publish, then Run. The menu has the other actions. */
function MainButton() {
  const mustSave = useOpenFlowState(isSaveNext);
  const isPublished = useOpenFlowState(({ flow }) => flow.hasUnpublishedChanges === false);
  const isViewOnly = useViewOnlyReason() !== undefined;
  if (mustSave) return <SaveButton />;
  return isPublished || isViewOnly ? <RunButton /> : <PublishButton />;
}

/** Whether saving comes before publishing, also while a save is in progress. */
const isSaveNext = (state: OpenFlowState) =>
  hasUnsavedEdits(state) || state.progress.type === "saving" || isEditBaseBehindServerVersion(state);

const hasUnsavedEdits = (state: OpenFlowState) => countUnsavedEdits(state) > 0;
