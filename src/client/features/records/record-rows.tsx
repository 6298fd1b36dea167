import { type KeyboardEvent, useCallback, useEffect, useRef } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { pendingDeletions } from "#client/data/pending-deletions.ts";
import { PagedRowList } from "#client/ui/paged-row-list.tsx";
import { columnTemplate } from "./record-fields.ts";
import { RecordRow } from "./record-row.tsx";
import type { RecordCommands } from "./use-record-commands.ts";
import type { RecordList } from "./use-record-list.ts";
import type { Selection } from "./use-selection.ts";

export type RecordRowsProps = {
  readonly list: RecordList;
  readonly fields: readonly string[];
  readonly isNarrow: boolean;
  readonly selection: Selection;
  readonly editingId: string | undefined;
  readonly nextNames: ReadonlyMap<string, string>;
  readonly readOnlyReason: string | undefined;
  readonly commands: RecordCommands;
  /** A record to bring into sight and give the focus to, as soon as it is among the rows. */
  readonly wantedId: string | undefined;
  readonly onWantedShown: () => void;
};

/** The records. Space chooses the one with the focus. */
export function RecordRows(props: RecordRowsProps) {
  const { list, fields, isNarrow, selection, commands, readOnlyReason } = props;
  const toggle = useRef(selection.toggle);
  // Rows are memoised: they all have one function, which does what the newest would.
  useEffect(() => void (toggle.current = selection.toggle));
  const toggleNow = useCallback(
    (record: FlowRecord, isRange: boolean) => toggle.current(record, isRange),
    [],
  );
  const isSelected = ({ id }: FlowRecord) => selection.records.has(id);

  return (
    <PagedRowList
      label="Records"
      {...{ list, isNarrow, isSelected }}
      columns={columnTemplate(fields)}
      wantedId={props.wantedId}
      onWantedShown={props.onWantedShown}
      actionsOf={(record) => ({
        undoDelete: pendingDeletions.undoLatest,
        ...(readOnlyReason === undefined && {
          edit: () => commands.edit(record),
          remove: () => commands.remove(chosenOr(record, selection)),
        }),
      })}
      onKey={(event, record) => choose(event, record, selection)}
    >
      {(record, isActive) => (
        <RecordRow
          {...{ record, fields, isNarrow, isActive, readOnlyReason, commands }}
          isSelected={isSelected(record)}
          isEditing={props.editingId === record.id}
          nextName={props.nextNames.get(record.id)}
          onToggle={toggleNow}
        />
      )}
    </PagedRowList>
  );
}

/** Does what a key means to the selection; false where it means nothing to that. */
function choose(
  event: KeyboardEvent<HTMLElement>,
  record: FlowRecord | undefined,
  { records, toggle, selectAll, clear }: Selection,
): boolean {
  const { target, key } = event;
  const isOnRow = target instanceof Element && target.matches("[data-row-link]");
  const isAll = key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey) && !event.altKey;
  if (isOnRow && key === " " && record) toggle(record, event.shiftKey);
  else if (isAll && !(target instanceof HTMLInputElement && target.type === "text")) selectAll();
  else if (isOnRow && key === "Escape" && records.size > 0) clear();
  else return false;
  return true;
}

/** A key on a row that is among the chosen ones is meant for all of them. */
function chosenOr(record: FlowRecord, { records }: Selection): readonly FlowRecord[] {
  return records.has(record.id) ? [...records.values()] : [record];
}
