import { useQueryClient } from "@tanstack/react-query";
import { X, Pencil, Star } from "lucide-react";
import { useCallback, useId, useState } from "react";
import { useStore } from "zustand";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { useOpenFlow, useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { InlineTextEditor } from "#client/ui/fields/inline-text-editor.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { favoriteFlowStore } from "#client/data/device/favorite-flows.ts";
import { deviceTagStore, readDeviceTags } from "#client/data/device/device-tags.ts";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { areTagsKeptOnDevice } from "#client/data/queries/flow-queries.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { TagChip } from "#client/flow/tags/tag-chips.tsx";
import { PanelColumn } from "#client/editor/session/panel-column.tsx";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import { editFlowTagsAction, toggleFavoriteAction } from "#client/editor/actions/edit-tags.ts";
import { FlowMinimap, FlowMinimapLegend, useMinimapRows } from "./flow-minimap.tsx";
import { CollapseButtons, ProblemsSection, PublishingSection, StepsSection } from "./steps-section.tsx";
import { FlowOverviewSection, TEXT_BUTTON_CLASSES, TextButton } from "./flow-overview-section.tsx";
import { OverviewLastRunsSection } from "./runs-section.tsx";
import { OverviewSchedulesSection } from "./schedules-section.tsx";
import { UseFlowSection } from "./use-flow-section.tsx";
import { InputsSection, OutputsSection } from "./inputs-section.tsx";

const OverviewAlertsSection = createLazyComponent(
  async () => (await import("./alerts-section.tsx")).OverviewAlertsSection,
);

export type OverviewHandlers = {
  readonly onGoTo: (problem: Problem) => void;
  readonly onShowStep: (key: StepKey) => void;
  readonly onShowProblems: () => void;
};

type OverviewPaneProps = OverviewHandlers & {
  /** Undefined on wide pages, where the overview is always open. */
  readonly onClose: (() => void) | undefined;
};

/** Shown while no step is selected. Import only dynamically. */
export function OverviewPane({ onClose, ...handlers }: OverviewPaneProps) {
  return (
    <PanelColumn label="Overview" onClose={onClose}>
      <header className="flex h-11 shrink-0 items-center justify-between gap-2 border-b border-line pr-3 pl-4">
        <h2 tabIndex={-1} data-panel-heading="pane" className="font-semibold outline-none">
          Overview
        </h2>
        {onClose && (
          <IconButton label="Close overview" icon={X} shortcut="Escape" size="sm" onClick={onClose} />
        )}
      </header>
      {/* Positioned, so that hidden labels scroll with this part instead of making the whole page scroll. */}
      <div className="relative min-h-0 flex-1 overflow-y-auto pb-6">
        <OverviewSections {...handlers} />
        <CollapseButtons />
      </div>
    </PanelColumn>
  );
}

function OverviewSections({ onGoTo, onShowStep, onShowProblems }: OverviewHandlers) {
  return (
    <div className="@container">
      <div className="@3xl:grid @3xl:grid-cols-2">
        <div className="@3xl:border-r @3xl:border-line">
          <DescriptionSection />
          <TagsSection />
          <StepsSection onShowStep={onShowStep} />
          <PublishingSection />
          <ProblemsSection onGoTo={onGoTo} onShowAll={onShowProblems} />
          <UseFlowSection />
        </div>
        <div>
          <InputsSection onShowStep={onShowStep} />
          <OutputsSection onShowStep={onShowStep} />
          <OverviewLastRunsSection onShowStep={onShowStep} />
          <OverviewSchedulesSection />
          {useOffersFeature("alerts") && <OverviewAlertsSection />}
        </div>
      </div>
    </div>
  );
}

type OverviewSheetContentProps = OverviewHandlers & { readonly onJump: (key: StepKey) => void };

/** Contains the minimap, because a narrow page has no minimap column. */
export function OverviewSheetContent({ onJump, ...handlers }: OverviewSheetContentProps) {
  const rows = useMinimapRows();
  return (
    <div className="-mx-5">
      <OverviewSections {...handlers} />
      {rows && (
        <FlowOverviewSection title="Map">
          <div className="flex gap-6">
            <FlowMinimap rows={rows} onPress={onJump} onEnter={onJump} className="h-72" />
            <FlowMinimapLegend />
          </div>
        </FlowOverviewSection>
      )}
      <CollapseButtons />
    </div>
  );
}

/** Renders nothing for a flow so short that it needs no map. */
export function FlowMinimapColumn() {
  const { list, focusStep } = useEditor();
  const rows = useMinimapRows();
  return (
    rows && (
      <div className="flex shrink-0 border-l border-line bg-surface py-2">
        <FlowMinimap
          rows={rows}
          onPress={(key) => list.current?.showStep(key)}
          onEnter={(key) => focusStep(key)}
        />
      </div>
    )
  );
}

/** The description, edited in place. Hidden if the server sends no descriptions. */
function DescriptionSection() {
  const openFlow = useOpenFlow();
  const description = useOpenFlowState((state) => state.history.document.description);
  const [isEditing, setEditing] = useState(false);
  const viewOnlyReason = useViewOnlyReason();
  const text = description ?? "";
  if (description === undefined || (viewOnlyReason !== undefined && text === "")) return null;
  return (
    <FlowOverviewSection
      title="Description"
      aside={
        text !== "" &&
        !isEditing && (
          <IconButton
            label="Edit description"
            icon={Pencil}
            size="sm"
            disabledReason={viewOnlyReason}
            onClick={() => setEditing(true)}
            className="-my-1.5 -mr-1.5"
          />
        )
      }
    >
      <div data-in-place="" className="text-sm">
        <InlineTextEditor
          label="Description of the flow"
          value={text}
          isMultiline
          placeholder="Add a description"
          disabledReason={viewOnlyReason}
          editing={isEditing}
          onEditingChange={setEditing}
          onCommit={(next) =>
            openFlow.edit({ type: "setDescription", description: next === "" ? null : next })
          }
          className="w-full *:max-h-64 *:py-1"
        >
          {text === "" ? (
            <button type="button" onClick={() => setEditing(true)} className={TEXT_BUTTON_CLASSES}>
              Add a description
            </button>
          ) : (
            <FoldedText text={text} />
          )}
        </InlineTextEditor>
      </div>
    </FlowOverviewSection>
  );
}

/** Shows six lines of the text, and the rest on request. */
function FoldedText({ text }: { readonly text: string }) {
  const id = useId();
  const [isWhole, setWhole] = useState(false);
  const [isClamped, setClamped] = useState(false);
  const measure = useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const observer = new ResizeObserver(() => {
      // The unfolded text always fits, so measuring it would hide the button that folds it again.
      if (element.dataset["whole"] === undefined) setClamped(element.scrollHeight > element.clientHeight + 1);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div className="flex flex-col gap-1">
      <p
        key={text}
        ref={measure}
        id={id}
        dir="auto"
        data-whole={isWhole || undefined}
        className={joinClasses("break-words whitespace-pre-wrap text-ink", !isWhole && "line-clamp-6")}
      >
        {text}
      </p>
      {isClamped && (
        <button
          type="button"
          aria-expanded={isWhole}
          aria-controls={id}
          onClick={() => setWhole(!isWhole)}
          className={`self-start ${TEXT_BUTTON_CLASSES}`}
        >
          {isWhole ? "Show less" : "Show more"}
        </button>
      )}
    </div>
  );
}

/** The tags of the flow, and whether it is a favorite. Neither is part of the flow's definition. */
function TagsSection() {
  const editor = useEditor();
  const { id, name, tags } = useOpenFlowState((state) => state.flow);
  const deviceTags = useStore(deviceTagStore, () => readDeviceTags(id));
  const isFavorite = useStore(favoriteFlowStore, (flows) => flows.some((flow) => flow.id === id));
  const client = useQueryClient();
  const viewOnlyReason = useViewOnlyReason();
  const shown = tags ?? deviceTags;
  return (
    <FlowOverviewSection
      title="Tags"
      aside={
        <IconButton
          label={`Favorite ${name}`}
          icon={isFavorite ? FilledStar : Star}
          size="sm"
          aria-pressed={isFavorite}
          onClick={() => toggleFavoriteAction.run(editor, NO_ACTION_TARGET_STEPS)}
          className="-my-1.5 -mr-1.5"
        />
      }
    >
      <div className="flex min-w-0 flex-wrap items-center gap-1.5">
        {shown.length > 0 && (
          <ul aria-label="Tags" className="contents">
            {shown.map((tag) => (
              <li key={tag} className="flex max-w-full min-w-0">
                <TagChip name={tag} />
              </li>
            ))}
          </ul>
        )}
        <TextButton
          disabledReason={areTagsKeptOnDevice(client) ? undefined : viewOnlyReason}
          onClick={() => editFlowTagsAction.run(editor, NO_ACTION_TARGET_STEPS)}
        >
          {shown.length > 0 ? "Edit tags" : "Add tags"}
        </TextButton>
      </div>
    </FlowOverviewSection>
  );
}

const FilledStar = ({ className = "" }: { readonly className?: string }) => (
  <Star className={`${className} fill-current text-warning`} />
);
