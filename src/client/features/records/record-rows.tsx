import { type KeyboardEvent, useCallback, useEffect, useEffectEvent, useRef } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { pendingDeletions } from "#client/data/pending-deletions.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { handleRowKey } from "#client/ui/row-keys.ts";
import { useRowFocus } from "#client/ui/use-row-focus.ts";
import { useRowWindow } from "#client/ui/use-row-window.ts";
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

/**
 * The records, windowed. The arrow keys walk the rows and Space chooses them; Tab goes from a row to its checkbox and
 * menu and then out of the list.
 */
export function RecordRows(props: RecordRowsProps) {
  const { list, fields, isNarrow, selection, commands, readOnlyReason } = props;
  const { arrangement, paging, isOld } = list;
  const { before, rows, total } = arrangement;
  const element = useRef<HTMLUListElement>(null);
  const focus = useRowFocus({ before, rows }, element);
  const { activeIndex } = focus;
  const virtualizer = useRowWindow({ list: element, arrangement, isNarrow, paging, activeIndex });

  const goTo = (index: number) => {
    focus.focusRow(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
  };
  // Home leads to the very first row, which may have to be read first.
  const wantsTop = useRef(false);
  const goToTop = () => {
    wantsTop.current = before > 0;
    if (before > 0) scrollTo({ top: 0 });
    else goTo(0);
  };
  const arriveAtTop = useEffectEvent(() => {
    if (wantsTop.current) goToTop();
  });
  useEffect(() => {
    if (before === 0) arriveAtTop();
  }, [before]);

  const wantedAt = rows.findIndex(({ id }) => id === props.wantedId);
  // What was just created is only there after the server's next answer; that the row arrives is what counts.
  const showWanted = useEffectEvent(() => {
    goTo(before + wantedAt);
    props.onWantedShown();
  });
  useEffect(() => {
    if (wantedAt >= 0) showWanted();
  }, [wantedAt]);

  const toggle = useRef(selection.toggle);
  // Rows are memoised: they all have one function, which does what the newest would.
  useEffect(() => void (toggle.current = selection.toggle));
  const toggleNow = useCallback(
    (record: FlowRecord, isRange: boolean) => toggle.current(record, isRange),
    [],
  );

  const withRecord = (run: (record: FlowRecord) => void) => {
    const record = rows[activeIndex - before];
    if (record) run(record);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const isOnRow = event.target instanceof Element && event.target.matches("[data-row-link]");
    const isAll = event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey) && !event.altKey;
    if (isOnRow && event.key === " ") withRecord((record) => selection.toggle(record, event.shiftKey));
    else if (isAll && !(event.target instanceof HTMLInputElement && event.target.type === "text"))
      selection.selectAll();
    else if (isOnRow && event.key === "Escape" && selection.records.size > 0) selection.clear();
    else return handleKey(event);
    event.preventDefault();
  };
  const handleKey = (event: KeyboardEvent<HTMLElement>) =>
    handleRowKey(event, {
      activeIndex,
      first: before,
      last: before + rows.length - 1,
      rowsInSight: virtualizer.range ? virtualizer.range.endIndex - virtualizer.range.startIndex : 1,
      goTo,
      goToTop,
      openMenu: focus.openMenu,
      undoDelete: pendingDeletions.undoLatest,
      ...(readOnlyReason === undefined && {
        edit: () => withRecord(commands.edit),
        remove: () => withRecord((record) => commands.remove(chosenOr(record, selection))),
      }),
    });

  return (
    // The keys belong to the rows, whose links and buttons have the focus; the list only hears of them.
    <ul
      ref={element}
      aria-label="Records"
      aria-busy={isOld || undefined}
      className={joinClasses("relative transition-opacity", isOld && "opacity-60")}
      style={{ height: virtualizer.getTotalSize() }}
      onFocus={focus.onFocus}
      onBlur={focus.onBlur}
      onKeyDown={onKeyDown}
      onContextMenu={focus.onContextMenu}
    >
      {virtualizer.getVirtualItems().map(({ index, start, size }) => {
        const record = rows[index - before];
        const place = {
          height: size,
          transform: `translateY(${start - virtualizer.options.scrollMargin}px)`,
        };
        if (!record) return <ComingRow key={`row-${index}`} place={place} />;
        const isActive = index === activeIndex;
        const isSelected = selection.records.has(record.id);
        return (
          <li
            key={record.id}
            data-row-id={record.id}
            data-row={index}
            data-active={isActive || undefined}
            aria-posinset={index + 1}
            aria-setsize={total ?? -1}
            className={joinClasses(
              "absolute inset-x-0 top-0 items-center border-b border-line px-3 hover:bg-hover/60 sm:px-4",
              "has-[[data-row-link]:focus-visible]:bg-accent-soft/50 has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:-outline-offset-2 has-[[data-row-link]:focus-visible]:outline-focus",
              isSelected && "bg-accent-soft/60",
              isNarrow ? "flex gap-1" : "grid gap-x-4",
            )}
            style={isNarrow ? place : { ...place, gridTemplateColumns: columnTemplate(fields) }}
          >
            <RecordRow
              {...{ record, fields, isNarrow, isActive, isSelected, readOnlyReason, commands }}
              isEditing={props.editingId === record.id}
              nextName={props.nextNames.get(record.id)}
              onToggle={toggleNow}
            />
          </li>
        );
      })}
    </ul>
  );
}

/** A key on a row that is among the chosen ones is meant for all of them. */
function chosenOr(record: FlowRecord, { records }: Selection): readonly FlowRecord[] {
  return records.has(record.id) ? [...records.values()] : [record];
}

type ComingRowProps = { readonly place: { readonly height: number; readonly transform: string } };

/** A row that is known to be there and is being read. */
function ComingRow({ place }: ComingRowProps) {
  return (
    <li
      aria-hidden="true"
      className="absolute inset-x-0 top-0 flex items-center border-b border-line px-3 sm:px-4"
      style={place}
    >
      <span className="h-2.5 w-40 rounded-sm bg-hover" />
    </li>
  );
}
