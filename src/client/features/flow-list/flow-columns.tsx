import { Link } from "@tanstack/react-router";
import { LoaderCircle } from "lucide-react";
import {
  FLOW_LIMITS,
  FLOW_SORT_FIELDS,
  MAX_LISTED_DESCRIPTION_LENGTH,
  type FlowListItem,
  type FlowSortField,
} from "#contract/flow.ts";
import { hasVisibleText } from "#core/text/quote-name.ts";
import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";
import { formatStepCount, getPublishState } from "#client/flow/publish-state.ts";
import { TagChips } from "#client/flow/tags/tag-chips.tsx";
import { PublishStatus } from "#client/flow/publish-status.tsx";
import { InlineTextEditor } from "#client/ui/fields/inline-text-editor.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { closeOverlayWithToast, createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import {
  type TableCellProps,
  type TableColumn,
  type SkeletonRowProps,
  filterColumnsWithValuesInRows,
} from "#client/ui/rows/columns.tsx";
import { ROW_LINK_CLASSES, RowActionsMenu, RowRelativeTime } from "#client/ui/rows/row-actions-menu.tsx";
import { RowCheckbox } from "#client/ui/rows/row-selection.tsx";
import { LastRun } from "./last-run.tsx";
import { SampleTag } from "./sample-note.tsx";
import { StepsLink } from "./steps-link.tsx";

/** Callbacks of a row's menu and keys. All rows receive the same object, so that memoized rows do not re-render. */
export interface FlowListRowActionCallbacks {
  readonly open: (flow: FlowListItem) => void;
  readonly edit: (flow: FlowListItem | undefined) => void;
  readonly rename: (flow: FlowListItem, name: string) => void;
  readonly duplicate: (flow: FlowListItem) => void;
  readonly publish: (flow: FlowListItem) => void;
  readonly run: (flow: FlowListItem) => void;
  readonly exportJson: (flow: FlowListItem) => void;
  readonly saveAsTemplate: (flow: FlowListItem) => void;
  readonly editTags: (flow: FlowListItem) => void;
  readonly remove: (flow: FlowListItem) => void;
}

export interface FlowListRowDisplayState {
  readonly lineMax: number;
  readonly isEditing: boolean;
  /** The new name while the rename request is in flight. */
  readonly nextName: string | undefined;
  readonly isDuplicating: boolean;
  readonly isTaggedSample: boolean;
  readonly isSelected: boolean;
  readonly onToggle: (flow: FlowListItem, isRange: boolean) => void;
  readonly maxTags: number;
  readonly actions: FlowListRowActionCallbacks;
}

type FlowCell = TableCellProps<FlowListItem, FlowListRowDisplayState>;

export interface FlowListColumn extends TableColumn<FlowListItem, FlowListRowDisplayState> {
  readonly heading?: string;
  readonly sort?: FlowSortField;
}

const allColumns: readonly FlowListColumn[] = [
  { id: "select", width: "2rem", cell: RowCheckbox },
  {
    id: "name",
    heading: "Name",
    width: "minmax(0, 1fr)",
    sort: "name",
    className: "flex min-w-0 flex-col",
    cell: NameAndDescription,
    skeleton: (row) => <NameSkeleton row={row} />,
  },
  {
    id: "line",
    heading: "Preview",
    // Every row is a grid of its own: a short line leaves its room to the name and the description.
    width: "auto",
    align: "end",
    hasValue: ({ line }) => line !== undefined,
    className: "flex justify-end",
    cell: Line,
    skeleton: (row) => <LineDots count={skeletonSteps[row] ?? 0} />,
  },
  {
    id: "steps",
    heading: "Steps",
    width: "8.5rem",
    hasValue: ({ stepCount }) => stepCount !== undefined,
    className: "truncate text-sm text-muted tabular-nums",
    cell: Steps,
    skeleton: "h-2 w-20 rounded-sm",
  },
  {
    id: "status",
    heading: "Status",
    width: "10.5rem",
    hasValue: (flow) => getPublishState(flow) !== undefined,
    className: "flex",
    cell: ({ row }) => <PublishStatus flow={row} />,
    skeleton: "h-5 w-20 rounded-full",
  },
  {
    // Always present: if the column depended on the loaded rows, it could appear while the user scrolls.
    id: "lastRun",
    heading: "Last run",
    width: "9rem",
    sort: "lastRunAt",
    className: "flex text-sm text-muted",
    cell: LastRun,
    skeleton: "h-2 w-28 rounded-sm",
  },
  {
    id: "updated",
    heading: "Updated",
    width: "6.5rem",
    align: "end",
    sort: "updatedAt",
    className: "flex justify-end text-sm text-muted",
    cell: Updated,
    skeleton: "h-2 w-14 justify-self-end rounded-sm",
  },
  { id: "menu", width: "2.5rem", cell: FlowMenu },
];

/** Until flows are loaded, decides by whether the server has Flowline's API extensions. */
export function getVisibleFlowColumns(
  flows: readonly FlowListItem[] | undefined,
  hasExtensions: boolean,
): readonly FlowListColumn[] {
  if (flows) return filterColumnsWithValuesInRows(allColumns, flows);
  return hasExtensions ? allColumns : filterColumnsWithValuesInRows(allColumns, []);
}

export function getFlowTableMinViewportRem(columns: readonly FlowListColumn[]): number {
  return columns.some(({ hasValue }) => hasValue) ? 79.5 : 43.5;
}

export const flowSortSelectOptions: readonly { readonly value: FlowSortField; readonly label: string }[] =
  FLOW_SORT_FIELDS.map((value) => ({
    value,
    label: allColumns.find(({ sort }) => sort === value)?.heading ?? "Created",
  }));

/** The next constant is for servers without descriptions, where the second line only has tags. */
export const FLOW_ROW_HEIGHTS_REM = { columns: 3.25, compact: 5 } as const;
export const SHORT_FLOW_ROW_HEIGHTS_REM = { columns: 2.875, compact: 4.625 } as const;

export function CompactFlowRow(cell: FlowCell) {
  const { row } = cell;
  return (
    <>
      <RowCheckbox {...cell} />
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="flex min-w-0 items-center gap-2">
          <FlowName {...cell} />
          <FavoriteButton {...cell} />
        </span>
        <span className="flex min-w-0 items-center gap-2">
          <PublishStatus flow={row} className="shrink-0" />
          <TagsAndDescription {...cell} />
          <span className="ml-auto flex shrink-0 text-xs text-muted">
            <LastRun row={row} isCompact />
          </span>
        </span>
        <span className="flex min-w-0 items-center gap-3 text-xs text-muted">
          {hasLine(row) && (
            <span className="-ml-1 flex shrink-0">
              <Line {...cell} />
            </span>
          )}
          <Steps row={row} />
          <span className="ml-auto flex shrink-0">
            <Updated {...cell} />
          </span>
        </span>
      </span>
      <FlowMenu {...cell} />
    </>
  );
}

export function CompactFlowRowSkeleton({
  row,
  columns,
}: SkeletonRowProps<FlowListItem, FlowListRowDisplayState>) {
  const hasExtensions = columns.some(({ id }) => id === "line");
  const { compact } = hasExtensions ? FLOW_ROW_HEIGHTS_REM : SHORT_FLOW_ROW_HEIGHTS_REM;
  return (
    <div
      className="flex flex-col justify-center gap-2.5 border-b border-line px-gutter"
      style={{ height: `${compact}rem` }}
    >
      <NameSkeleton row={row} />
      {hasExtensions && <LineDots count={Math.min(6, skeletonSteps[row] ?? 0)} />}
    </div>
  );
}

function NameAndDescription(cell: FlowCell) {
  return (
    <>
      <span className="flex min-w-0 items-center gap-2">
        <FlowName {...cell} />
        <FavoriteButton {...cell} />
      </span>
      <TagsAndDescription {...cell} />
    </>
  );
}

function TagsAndDescription({ row: { tags, description }, maxTags, isTaggedSample }: FlowCell) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {isTaggedSample && <SampleTag />}
      <TagChips tags={tags} max={maxTags} />
      {description && (
        <span dir="auto" className="truncate text-left text-xs text-muted">
          {description.slice(0, MAX_LISTED_DESCRIPTION_LENGTH)}
        </span>
      )}
    </span>
  );
}

const FavoriteStar = createLazyComponent(
  async () => (await loadAfterPaint(() => import("./favorite-star.tsx"))).FavoriteStar,
  { onFail: () => undefined },
);

const FavoriteButton = ({ row, isActive }: FlowCell) => (
  <span className="-my-1 size-6 shrink-0">
    <FavoriteStar row={row} isActive={isActive} />
  </span>
);

function FlowName({ row: flow, isActive, isEditing, nextName, isDuplicating, actions }: FlowCell) {
  const name = nextName ?? flow.name;
  return (
    <>
      <InlineTextEditor
        label="Flow name"
        value={name}
        maxLength={FLOW_LIMITS.name}
        emptyMessage="Name is required."
        editing={isEditing}
        onEditingChange={(editing) => actions.edit(editing ? flow : undefined)}
        onCommit={(next) => actions.rename(flow, next)}
        className="z-10 flex-1"
      >
        <Link
          to="/flows/$flowId"
          params={{ flowId: flow.id }}
          dir="auto"
          tabIndex={isActive ? 0 : -1}
          data-row-link=""
          aria-keyshortcuts="Space F2 Delete"
          {...getTooltipProps(name, { whenTruncated: true })}
          className={joinClasses(ROW_LINK_CLASSES, "text-left", nextName !== undefined && "text-muted")}
        >
          {hasVisibleText(name) ? name : "Untitled"}
        </Link>
      </InlineTextEditor>
      {isDuplicating && (
        <span className="inline-flex shrink-0 items-center gap-1 text-xs text-muted">
          <LoaderCircle className="size-3.5 animate-spin" />
          Duplicating…
        </span>
      )}
    </>
  );
}

const hasLine = ({ line }: FlowListItem) => line !== undefined && line.length > 0;

function Line({ row, isActive, lineMax }: FlowCell) {
  return <StepsLink flow={row} tabIndex={isActive ? 0 : -1} max={lineMax} />;
}

function Steps({ row }: Pick<FlowCell, "row">) {
  const count = row.totalStepCount ?? row.stepCount;
  if (count === undefined) return null;
  return <span className="min-w-0 truncate">{formatStepCount(count, row.disabledStepCount)}</span>;
}

function Updated({ row }: Pick<FlowCell, "row">) {
  return <RowRelativeTime label="Updated" time={row.updatedAt} />;
}

const FlowRowMenu = createLazyComponent(async () => (await import("./flow-row-menu.tsx")).FlowRowMenu, {
  onFail: closeOverlayWithToast,
});

function FlowMenu({ row: flow, isActive, actions }: FlowCell) {
  return (
    <RowActionsMenu
      name={flow.name}
      isActive={isActive}
      entries={{
        preload: FlowRowMenu.preload,
        render: (menu) => <FlowRowMenu {...menu} flow={flow} actions={actions} />,
      }}
    />
  );
}

const skeletonNames = ["w-36", "w-52", "w-28", "w-44", "w-60", "w-32", "w-40", "w-48"];
const skeletonSteps = [4, 9, 6, 12, 3, 7, 5, 10];
export const FLOW_LIST_SKELETON_ROW_COUNT = skeletonNames.length;

const NameSkeleton = ({ row }: { readonly row: number }) => (
  <span className={`h-2.5 max-w-full rounded-sm bg-hover ${skeletonNames[row]}`} />
);

const LineDots = ({ count }: { readonly count: number }) => (
  <span className="flex gap-2">
    {Array.from({ length: count }, (_, index) => (
      <span key={index} className="size-2 rounded-full bg-hover" />
    ))}
  </span>
);
