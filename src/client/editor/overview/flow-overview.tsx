import { X } from "lucide-react";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { useEditor } from "#client/editor/session/editor-context.tsx";
import { DescriptionSection } from "./description-section.tsx";
import { FlowMinimap, FlowMinimapLegend, useMinimapRows } from "./flow-map.tsx";
import { CollapseButtons, ProblemsSection, PublishingSection, StepsSection } from "./flow-sections.tsx";
import { FlowOverviewSection } from "./overview-parts.tsx";
import { OverviewLastRunsSection } from "./runs-section.tsx";
import { TagsSection } from "./tags-section.tsx";
import { InputsSection, OutputsSection } from "./variables-section.tsx";

export type OverviewHandlers = {
  readonly onGoTo: (problem: Problem) => void;
  readonly onShowStep: (key: StepKey) => void;
  readonly onShowProblems: () => void;
};

type OverviewPaneProps = OverviewHandlers & {
  /** Undefined on wide pages, where the overview is always open. */
  readonly onClose: (() => void) | undefined;
};

/**
 * The pane beside the step list while no step is selected: the flow's steps, problems, variables and runs. Import
 * only dynamically.
 */
export function OverviewPane({ onClose, ...handlers }: OverviewPaneProps) {
  return (
    <aside
      aria-label="Overview"
      data-overview=""
      className="flex min-h-0 w-[clamp(20rem,34vw,30rem)] shrink-0 flex-col border-l border-line bg-surface min-[1440px]:w-auto min-[1440px]:min-w-80 min-[1440px]:flex-1 min-[1440px]:shrink"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented && onClose) {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <header className="flex h-11 shrink-0 items-center justify-between gap-2 border-b border-line pr-3 pl-4">
        <h2 tabIndex={-1} data-overview-heading="" className="font-semibold outline-none">
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
    </aside>
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
        </div>
        <div>
          <InputsSection onShowStep={onShowStep} />
          <OutputsSection onShowStep={onShowStep} />
          <OverviewLastRunsSection />
        </div>
      </div>
    </div>
  );
}

type OverviewSheetContentProps = OverviewHandlers & { readonly onJump: (key: StepKey) => void };

/**
 * The overview in the sheet of a narrow page. Contains the minimap as a section, because a narrow page has no minimap
 * column.
 */
export function OverviewSheetContent({ onJump, ...handlers }: OverviewSheetContentProps) {
  const rows = useMinimapRows();
  return (
    <div data-overview="" className="-mx-5">
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

/**
 * The minimap between the step list and the right pane. Renders nothing for a flow so short that it needs no map.
 */
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
