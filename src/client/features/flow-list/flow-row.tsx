import { Link } from "@tanstack/react-router";
import {
  Copy,
  Ellipsis,
  LoaderCircle,
  Pencil,
  Play,
  Rocket,
  SquareArrowOutUpRight,
  Trash2,
} from "lucide-react";
import { memo } from "react";
import { FLOW_LIMITS, type FlowListItem } from "#contract/flow.ts";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { FlowLine } from "#client/flow/flow-line.tsx";
import { findPublishState } from "#client/flow/publish-state.ts";
import { PublishStatus } from "#client/flow/publish-status.tsx";
import { InlineEdit } from "#client/ui/inline-edit.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { MenuButton } from "#client/ui/menu-button.tsx";
import type { MenuEntry } from "#client/ui/menu-entry.ts";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { LastRun } from "./last-run.tsx";
import type { RowColumns } from "./row-columns.ts";

/** What a row asks of the list; one object for all rows, so that a row is drawn again only for news of its own. */
export interface RowCommands {
  readonly open: (flow: FlowListItem) => void;
  readonly edit: (flow: FlowListItem | undefined) => void;
  readonly rename: (flow: FlowListItem, name: string) => void;
  readonly duplicate: (flow: FlowListItem) => void;
  readonly publish: (flow: FlowListItem) => void;
  /** Absent where the server runs no flows. */
  readonly run: ((flow: FlowListItem) => void) | undefined;
  readonly remove: (flow: FlowListItem) => void;
}

export type FlowRowProps = {
  readonly flow: FlowListItem;
  readonly columns: RowColumns;
  /** Two lines instead of columns. */
  readonly isNarrow: boolean;
  /** Stations that fit. */
  readonly lineMax: number;
  readonly isActive: boolean;
  readonly isEditing: boolean;
  /** The name that is being saved. */
  readonly nextName: string | undefined;
  readonly isDuplicating: boolean;
  readonly commands: RowCommands;
};

export const FlowRow = memo(function FlowRow(props: FlowRowProps) {
  const { flow, columns, isNarrow, lineMax } = props;
  const line = flow.line && flow.line.length > 0 && (
    <FlowLine stations={flow.line} total={flow.stepCount ?? flow.line.length} max={lineMax} />
  );
  return isNarrow ? (
    <>
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="flex min-w-0 items-center gap-2">
          <RowName {...props} />
          <PublishStatus flow={flow} className="ml-auto shrink-0" />
        </span>
        <span className="flex min-w-0 items-center gap-3 text-xs text-muted">
          {line && <span className="-ml-1 flex shrink-0">{line}</span>}
          <Steps flow={flow} />
          <Updated flow={flow} className="ml-auto shrink-0" />
        </span>
      </span>
      <RowMenu {...props} />
    </>
  ) : (
    <>
      <span className="flex min-w-0 items-center gap-2">
        <RowName {...props} />
      </span>
      {columns.line && <span className="-ml-1 flex">{line}</span>}
      {columns.steps && (
        <span className="truncate text-sm text-muted tabular-nums">
          <Steps flow={flow} />
        </span>
      )}
      {columns.status && (
        <span className="flex">
          <PublishStatus flow={flow} />
        </span>
      )}
      {columns.lastRun && (
        <span className="flex text-sm text-muted">
          <LastRun flow={flow} />
        </span>
      )}
      <span className="flex justify-end text-sm text-muted">
        <Updated flow={flow} />
      </span>
      <RowMenu {...props} />
    </>
  );
});

function RowName({ flow, isActive, isEditing, nextName, isDuplicating, commands }: FlowRowProps) {
  const name = nextName ?? flow.name;
  return (
    <>
      <InlineEdit
        label="Flow name"
        value={name}
        maxLength={FLOW_LIMITS.name}
        emptyMessage="A flow needs a name."
        editing={isEditing}
        onEditingChange={(editing) => commands.edit(editing ? flow : undefined)}
        onCommit={(next) => commands.rename(flow, next)}
        className="z-10 flex-1"
      >
        <Link
          to="/flows/$flowId"
          params={{ flowId: flow.id }}
          dir="auto"
          tabIndex={isActive ? 0 : -1}
          data-row-link=""
          aria-keyshortcuts="F2 Delete"
          {...tooltip(name, { whenTruncated: true })}
          className={joinClasses(
            // Its reach is the whole row, so that the row opens wherever it is pressed.
            "min-w-0 truncate text-left font-medium outline-none after:absolute after:inset-0",
            nextName !== undefined && "text-muted",
          )}
        >
          {name}
        </Link>
      </InlineEdit>
      {isDuplicating && (
        <span className="inline-flex shrink-0 items-center gap-1 text-xs text-muted">
          <LoaderCircle className="size-3.5 animate-spin" />
          Duplicating…
        </span>
      )}
    </>
  );
}

function Steps({ flow }: { readonly flow: FlowListItem }) {
  if (flow.stepCount === undefined) return null;
  return <span className="min-w-0 truncate">{describeSteps(flow.stepCount, flow.disabledStepCount)}</span>;
}

function Updated({ flow, className }: { readonly flow: FlowListItem; readonly className?: string }) {
  return (
    <span className={joinClasses("relative z-10 whitespace-nowrap tabular-nums", className)}>
      <VisuallyHidden>Updated </VisuallyHidden>
      <RelativeTime time={flow.updatedAt} />
    </span>
  );
}

function RowMenu({ flow, isActive, commands }: FlowRowProps) {
  const { run } = commands;
  const entries = (): readonly MenuEntry[] => [
    {
      type: "item",
      label: "Open",
      icon: SquareArrowOutUpRight,
      shortcut: "Enter",
      onSelect: () => commands.open(flow),
    },
    { type: "item", label: "Rename", icon: Pencil, shortcut: "F2", onSelect: () => commands.edit(flow) },
    { type: "item", label: "Duplicate", icon: Copy, onSelect: () => commands.duplicate(flow) },
    {
      type: "item",
      label: "Publish",
      icon: Rocket,
      disabledReason: findPublishState(flow) === "published" ? "The live version is up to date." : undefined,
      onSelect: () => commands.publish(flow),
    },
    ...(run ? [{ type: "item", label: "Run…", icon: Play, onSelect: () => run(flow) } as const] : []),
    { type: "separator" },
    {
      type: "item",
      label: "Delete",
      icon: Trash2,
      shortcut: "Delete",
      danger: true,
      onSelect: () => commands.remove(flow),
    },
  ];
  return (
    <MenuButton
      label={`Actions for ${flow.name}`}
      icon={Ellipsis}
      entries={entries}
      tabIndex={isActive ? 0 : -1}
      className="relative z-10 justify-self-end"
    />
  );
}
