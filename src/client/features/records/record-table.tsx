import { Link } from "@tanstack/react-router";
import { Download, Pencil, SquareArrowOutUpRight, Trash2 } from "lucide-react";
import { type FlowRecord, RECORD_LIMITS } from "#contract/record.ts";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { PageScrolledTable } from "#client/ui/rows/page-table.tsx";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { InlineTextEditor } from "#client/ui/fields/inline-text-editor.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { TableCellProps, TableColumn } from "#client/ui/rows/columns.tsx";
import { ROW_LINK_CLASSES, RowActionsMenu, RowRelativeTime } from "#client/ui/rows/row-actions-menu.tsx";
import { RowCheckbox, type RowSelection, handleRowSelectionKey } from "#client/ui/rows/row-selection.tsx";
import type { RecordListState } from "./records-state.tsx";
import type { RecordActionsAndDialogsState, RecordRowActionCallbacks } from "./use-record-actions.ts";
import {
  formatMetadataValue,
  type MetadataColumn,
  readMetadataField,
  summarizeMetadata,
} from "./metadata-columns.ts";

type RecordTableProps = {
  readonly list: RecordListState;
  readonly columns: readonly RecordColumn[];
  readonly isNarrow: boolean;
  readonly selection: RowSelection<FlowRecord>;
  readonly readOnlyReason: string | undefined;
  readonly listActions: RecordActionsAndDialogsState;
};

export function RecordTable(props: RecordTableProps) {
  const { list, columns, isNarrow, selection, readOnlyReason, listActions } = props;
  const { actions, editingId, nextNames, wantedId, forgetWanted } = listActions;
  const isSelected = ({ id }: FlowRecord) => selection.rows.has(id);

  return (
    <PageScrolledTable
      label="Records"
      list={list}
      columns={columns}
      isSelected={isSelected}
      wantedId={wantedId}
      compact={isNarrow ? CompactRecord : undefined}
      stateOf={(record) => ({
        isSelected: isSelected(record),
        isEditing: editingId === record.id,
        nextName: nextNames.get(record.id),
        readOnlyReason,
        onToggle: selection.toggle,
        actions,
      })}
      onWantedShown={forgetWanted}
      actionsOf={(record) => ({
        undoDelete: pendingDeletionScheduler.undoLatest,
        ...(readOnlyReason === undefined && {
          edit: () => actions.edit(record),
          remove: () => actions.remove(selectedOr(record, selection)),
        }),
      })}
      onKey={(event, record) => handleRowSelectionKey(event, record, selection)}
    />
  );
}

/** The whole selection if the row is selected, else the row's record. */
function selectedOr(record: FlowRecord, { rows }: RowSelection<FlowRecord>): readonly FlowRecord[] {
  return rows.has(record.id) ? [...rows.values()] : [record];
}

interface RecordRowState {
  readonly isSelected: boolean;
  readonly isEditing: boolean;
  readonly nextName: string | undefined;
  readonly readOnlyReason: string | undefined;
  readonly onToggle: (record: FlowRecord, isRange: boolean) => void;
  readonly actions: RecordRowActionCallbacks;
}

type RecordCell = TableCellProps<FlowRecord, RecordRowState>;

export type RecordColumn = TableColumn<FlowRecord, RecordRowState>;

export function createRecordColumns(metadataColumns: readonly MetadataColumn[]): readonly RecordColumn[] {
  return [
    { id: "select", width: "2rem", cell: RowCheckbox },
    {
      id: "name",
      heading: "Name",
      width: "minmax(13rem, 1.5fr)",
      className: "flex min-w-0 items-center gap-2",
      cell: RecordName,
    },
    ...metadataColumns.map(createMetadataColumn),
    {
      id: "updated",
      heading: "Updated",
      width: "6.5rem",
      align: "end",
      className: "flex justify-end text-sm text-muted",
      cell: ({ row }) => <RowRelativeTime label="Updated" time={row.updatedAt} />,
    },
    { id: "menu", width: "2.5rem", cell: RecordMenu },
  ];
}

function createMetadataColumn({ field, isNumeric }: MetadataColumn): RecordColumn {
  return {
    id: `field ${field}`,
    heading: (
      <span
        dir="auto"
        {...getTooltipProps(field, { whenTruncated: true })}
        className={joinClasses("block w-fit max-w-full truncate", isNumeric && "mr-4 ml-auto")}
      >
        {field}
      </span>
    ),
    width: isNumeric ? "minmax(0, 0.6fr)" : "minmax(0, 1fr)",
    cell: ({ row }) => {
      const text = formatMetadataValue(readMetadataField(row, field));
      return (
        <span
          dir="auto"
          {...getTooltipProps(text, { whenTruncated: true })}
          className={joinClasses(
            "relative z-10 w-fit max-w-full min-w-0 truncate text-sm text-muted tabular-nums",
            isNumeric && "mr-4 justify-self-end",
          )}
        >
          {text !== "" && <VisuallyHidden>{field} </VisuallyHidden>}
          {text}
        </span>
      );
    },
  };
}

function CompactRecord(cell: RecordCell) {
  const { row } = cell;
  return (
    <>
      <RowCheckbox {...cell} />
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="flex min-w-0 items-center gap-2">
          <RecordName {...cell} />
        </span>
        <span className="flex min-w-0 items-center gap-3 text-xs text-muted">
          <span className="min-w-0 flex-1 truncate" dir="auto">
            {summarizeMetadata(row)}
          </span>
          <RowRelativeTime label="Updated" time={row.updatedAt} />
        </span>
      </span>
      <RecordMenu {...cell} />
    </>
  );
}

function RecordName({ row: record, isActive, isEditing, nextName, actions }: RecordCell) {
  const name = nextName ?? record.name;
  return (
    <InlineTextEditor
      label="Record name"
      value={name}
      maxLength={RECORD_LIMITS.name}
      emptyMessage="Name is required."
      editing={isEditing}
      onEditingChange={(editing) => actions.edit(editing ? record : undefined)}
      onCommit={(next) => actions.rename(record, next)}
      className="z-10 flex-1"
    >
      <Link
        to="/records/$type"
        params={{ type: record.type }}
        search={(now) => ({ ...now, record: record.id })}
        resetScroll={false}
        preload={false}
        dir="auto"
        tabIndex={isActive ? 0 : -1}
        data-row-link=""
        aria-keyshortcuts="Space F2 Delete"
        {...getTooltipProps(name, { whenTruncated: true })}
        className={joinClasses(ROW_LINK_CLASSES, "text-left", nextName !== undefined && "text-muted")}
      >
        {name}
      </Link>
    </InlineTextEditor>
  );
}

function RecordMenu({ row: record, isActive, readOnlyReason, actions }: RecordCell) {
  const entries = (): readonly MenuItemSeparatorOrSubmenu[] => [
    {
      type: "item",
      label: "Open",
      icon: SquareArrowOutUpRight,
      shortcut: "Enter",
      onSelect: () => actions.open(record),
    },
    {
      type: "item",
      label: "Rename",
      icon: Pencil,
      shortcut: "F2",
      disabledReason: readOnlyReason,
      onSelect: () => actions.edit(record),
    },
    { type: "item", label: "Export JSON", icon: Download, onSelect: () => actions.download([record]) },
    { type: "separator" },
    {
      type: "item",
      label: "Delete",
      icon: Trash2,
      shortcut: "Delete",
      danger: true,
      disabledReason: readOnlyReason,
      onSelect: () => actions.remove([record]),
    },
  ];
  return <RowActionsMenu name={record.name} isActive={isActive} entries={entries} />;
}
