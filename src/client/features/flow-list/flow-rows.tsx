import { useEffect, useEffectEvent, useRef } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import type { RowArrangement } from "#client/ui/arrange-rows.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { handleRowKey } from "#client/ui/row-keys.ts";
import { useRowFocus } from "#client/ui/use-row-focus.ts";
import { type RowPaging, useRowWindow } from "#client/ui/use-row-window.ts";
import { FlowRow, type RowCommands } from "./flow-row.tsx";
import { preloadListDialogs } from "./list-dialogs.tsx";
import { pendingDeletions } from "#client/data/pending-deletions.ts";
import { columnTemplate, type RowColumns } from "./row-columns.ts";

export type FlowRowsProps = {
  readonly arrangement: RowArrangement<FlowListItem>;
  readonly columns: RowColumns;
  readonly isNarrow: boolean;
  readonly lineMax: number;
  readonly paging: RowPaging;
  /** The rows belong to an earlier question; the answer to the present one is on its way. */
  readonly isOld: boolean;
  readonly editingId: string | undefined;
  readonly nextNames: ReadonlyMap<string, string>;
  readonly duplicating: ReadonlySet<string>;
  readonly commands: RowCommands;
  /** A flow to bring into sight and give the focus to, as soon as it is among the rows. */
  readonly wantedId: string | undefined;
  readonly onWantedShown: () => void;
};

/**
 * The flows, windowed: of however many there are, those in sight are in the page, and the one that the keyboard is on.
 * The arrow keys walk the rows; Tab goes from the row to its menu and then out of the list.
 */
export function FlowRows(props: FlowRowsProps) {
  const { arrangement, columns, isNarrow, paging, isOld, commands } = props;
  const { before, rows: flows, total } = arrangement;
  const list = useRef<HTMLUListElement>(null);
  const focus = useRowFocus({ before, rows: flows }, list);
  const virtualizer = useRowWindow({ list, arrangement, isNarrow, paging, activeIndex: focus.activeIndex });

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

  const wantedAt = flows.findIndex(({ id }) => id === props.wantedId);
  // What was just created is only there after the server's next answer; that the row arrives is what counts.
  const showWanted = useEffectEvent(() => {
    goTo(before + wantedAt);
    props.onWantedShown();
  });
  useEffect(() => {
    if (wantedAt >= 0) showWanted();
  }, [wantedAt]);

  return (
    // The keys belong to the rows, whose links and buttons have the focus; the list only hears of them.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul
      ref={list}
      aria-label="Flows"
      aria-busy={isOld || undefined}
      className={joinClasses("relative transition-opacity", isOld && "opacity-60")}
      style={{ height: virtualizer.getTotalSize() }}
      onFocus={(event) => {
        focus.onFocus(event);
        preloadListDialogs("publish", "delete");
      }}
      onBlur={focus.onBlur}
      onKeyDown={(event) =>
        handleRowKey(event, {
          activeIndex: focus.activeIndex,
          first: before,
          last: before + flows.length - 1,
          rowsInSight: virtualizer.range ? virtualizer.range.endIndex - virtualizer.range.startIndex : 1,
          goTo,
          goToTop,
          edit: () => withFlow(commands.edit),
          remove: () => withFlow(commands.remove),
          openMenu: focus.openMenu,
          undoDelete: pendingDeletions.undoLatest,
        })
      }
      onContextMenu={focus.onContextMenu}
    >
      {virtualizer.getVirtualItems().map(({ index, start, size }) => {
        const flow = flows[index - before];
        const place = {
          height: size,
          transform: `translateY(${start - virtualizer.options.scrollMargin}px)`,
        };
        if (!flow) return <ComingRow key={`row-${index}`} place={place} />;
        const isActive = index === focus.activeIndex;
        return (
          <li
            key={flow.id}
            data-row-id={flow.id}
            data-row={index}
            data-active={isActive || undefined}
            aria-posinset={index + 1}
            aria-setsize={total ?? -1}
            className={joinClasses(
              "absolute inset-x-0 top-0 items-center border-b border-line px-3 hover:bg-hover/60 sm:px-4",
              "has-[[data-row-link]:focus-visible]:bg-accent-soft/50 has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:-outline-offset-2 has-[[data-row-link]:focus-visible]:outline-focus",
              isNarrow ? "flex gap-1" : "grid gap-x-4",
            )}
            style={isNarrow ? place : { ...place, gridTemplateColumns: columnTemplate(columns) }}
          >
            <FlowRow
              flow={flow}
              columns={columns}
              isNarrow={isNarrow}
              lineMax={props.lineMax}
              isActive={isActive}
              isEditing={props.editingId === flow.id}
              nextName={props.nextNames.get(flow.id)}
              isDuplicating={props.duplicating.has(flow.id)}
              commands={commands}
            />
          </li>
        );
      })}
    </ul>
  );

  function withFlow(run: (flow: FlowListItem) => void) {
    const flow = flows[focus.activeIndex - before];
    if (flow) run(flow);
  }
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
