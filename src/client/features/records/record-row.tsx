import { Link } from "@tanstack/react-router";
import { Download, Ellipsis, Pencil, SquareArrowOutUpRight, Trash2 } from "lucide-react";
import { memo } from "react";
import { type FlowRecord, RECORD_LIMITS } from "#contract/record.ts";
import { Checkbox } from "#client/ui/checkbox.tsx";
import { InlineEdit } from "#client/ui/inline-edit.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { MenuButton } from "#client/ui/menu-button.tsx";
import type { MenuEntry } from "#client/ui/menu-entry.ts";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { fieldOf, formatValue, summarise } from "./record-fields.ts";
import type { RecordCommands } from "./use-record-commands.ts";

export type RecordRowProps = {
  readonly record: FlowRecord;
  readonly fields: readonly string[];
  /** Two lines instead of columns. */
  readonly isNarrow: boolean;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly isEditing: boolean;
  /** The name that is being saved. */
  readonly nextName: string | undefined;
  /** Why nothing can be written here. */
  readonly readOnlyReason: string | undefined;
  readonly onToggle: (record: FlowRecord, isRange: boolean) => void;
  readonly commands: RecordCommands;
};

export const RecordRow = memo(function RecordRow(props: RecordRowProps) {
  const { record, fields, isNarrow, isActive, isSelected, onToggle } = props;
  const checkbox = (
    <Checkbox
      label={`Select ${record.name}`}
      checked={isSelected}
      tabIndex={isActive ? 0 : -1}
      onToggle={({ shiftKey }) => onToggle(record, shiftKey)}
      className="relative z-10 -ml-1.5"
    />
  );
  if (isNarrow) {
    return (
      <>
        {checkbox}
        <span className="flex min-w-0 flex-1 flex-col gap-1">
          <span className="flex min-w-0 items-center gap-2">
            <RowName {...props} />
          </span>
          <span className="flex min-w-0 items-center gap-3 text-xs text-muted">
            <span className="min-w-0 flex-1 truncate" dir="auto">
              {summarise(record)}
            </span>
            <Updated record={record} />
          </span>
        </span>
        <RowMenu {...props} />
      </>
    );
  }
  return (
    <>
      {checkbox}
      <span className="flex min-w-0 items-center gap-2">
        <RowName {...props} />
      </span>
      {fields.map((field) => {
        const text = formatValue(fieldOf(record, field));
        return (
          <span
            key={field}
            dir="auto"
            {...tooltip(text, { whenTruncated: true })}
            className="relative z-10 w-fit max-w-full min-w-0 truncate text-sm text-muted tabular-nums"
          >
            {text !== "" && <VisuallyHidden>{field} </VisuallyHidden>}
            {text}
          </span>
        );
      })}
      <span className="flex justify-end text-sm text-muted">
        <Updated record={record} />
      </span>
      <RowMenu {...props} />
    </>
  );
});

function RowName({ record, isActive, isEditing, nextName, commands }: RecordRowProps) {
  const name = nextName ?? record.name;
  return (
    <InlineEdit
      label="Record name"
      value={name}
      maxLength={RECORD_LIMITS.name}
      emptyMessage="A record needs a name."
      editing={isEditing}
      onEditingChange={(editing) => commands.edit(editing ? record : undefined)}
      onCommit={(next) => commands.rename(record, next)}
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
  );
}

function Updated({ record }: Pick<RecordRowProps, "record">) {
  return (
    <span className="relative z-10 shrink-0 whitespace-nowrap tabular-nums">
      <VisuallyHidden>Updated </VisuallyHidden>
      <RelativeTime time={record.updatedAt} />
    </span>
  );
}

function RowMenu({ record, isActive, readOnlyReason, commands }: RecordRowProps) {
  const entries = (): readonly MenuEntry[] => [
    {
      type: "item",
      label: "Open",
      icon: SquareArrowOutUpRight,
      shortcut: "Enter",
      onSelect: () => commands.open(record),
    },
    {
      type: "item",
      label: "Rename",
      icon: Pencil,
      shortcut: "F2",
      disabledReason: readOnlyReason,
      onSelect: () => commands.edit(record),
    },
    { type: "item", label: "Export JSON", icon: Download, onSelect: () => commands.download([record]) },
    { type: "separator" },
    {
      type: "item",
      label: "Delete",
      icon: Trash2,
      shortcut: "Delete",
      danger: true,
      disabledReason: readOnlyReason,
      onSelect: () => commands.remove([record]),
    },
  ];
  return (
    <MenuButton
      label={`Actions for ${record.name}`}
      icon={Ellipsis}
      entries={entries}
      tabIndex={isActive ? 0 : -1}
      className="relative z-10 justify-self-end"
    />
  );
}
