import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import { getRootFontSizePx, useVirtualRowWindow } from "./row-window.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { type JoinedRowPages, REPEATED_PAGE_NOTE } from "./join-row-pages.ts";
import type { RowShortcutActions } from "./row-keys.ts";
import { FOCUSED_ROW_CLASSES, type TableRowRenderProps, VirtualizedRowTable } from "./row-table.tsx";
import type { PagedRowsState, RowPagingState } from "./use-paged-rows.ts";
import { useFixedRows } from "./use-fixed-rows.ts";
import { useRowFocus } from "./use-row-focus.ts";

type PageScrolledTableProps<Row extends { readonly id: string }, State extends object> = TableRowRenderProps<
  Row,
  State
> & {
  readonly label: string;
  readonly list: PagedRowsState<Row>;
  readonly isSelected?: (row: Row) => boolean;
  /** Id of a row to scroll to and focus as soon as the row is loaded. */
  readonly wantedId: string | undefined;
  readonly onWantedShown: () => void;
  readonly actionsOf: (row: Row) => RowShortcutActions;
  /** Called before the default key handling. Returns true if it handled the key, so that the default is skipped. */
  readonly onKey?: (event: KeyboardEvent<HTMLElement>, row: Row | undefined) => boolean;
  readonly onFocus?: () => void;
  /** In rem: `compact` if a row has several lines because there is no room for columns. */
  readonly rowHeights?: { readonly columns: number; readonly compact: number };
};

/** Headings above the table belong into an element with `data-list-head`, which rows are not scrolled under. */
export function PageScrolledTable<Row extends { readonly id: string }, State extends object>(
  props: PageScrolledTableProps<Row, State>,
) {
  const { label, list, columns, compact, stateOf, isSelected, rowHeights = ROW_REM } = props;
  const { arrangement, paging, isOld } = list;
  const { before, rows } = arrangement;
  const focus = useRowFocus(arrangement);
  const rowHeight = (compact ? rowHeights.compact : rowHeights.columns) * getRootFontSizePx();
  const placement = usePagedRowsInSight(focus.list, {
    arrangement,
    paging,
    rowHeight,
    keep: focus.activeIndex,
  });

  const activeRow = rows[focus.activeIndex - before];
  const wantsTop = useRef(false);
  const goToTop = () => {
    wantsTop.current = before > 0;
    if (before > 0) scrollTo({ top: 0 });
    else rowWindow.goTo(0);
  };
  const rowWindow = useVirtualRowWindow(arrangement, focus, placement, {
    goToTop,
    hasMenus: true,
    actions: activeRow && props.actionsOf(activeRow),
    onKey: (event) => props.onKey?.(event, activeRow) ?? false,
    onFocus: props.onFocus,
  });
  const arriveAtTop = useEffectEvent(() => {
    if (wantsTop.current) goToTop();
  });
  const wantedIndex = rows.findIndex(({ id }) => id === props.wantedId);
  const showWanted = useEffectEvent(() => {
    rowWindow.goTo(before + wantedIndex);
    props.onWantedShown();
  });
  // The first row, or the one just created, may be loaded only by a later request.
  useEffect(() => {
    if (before === 0) arriveAtTop();
    if (wantedIndex >= 0) showWanted();
  }, [before, wantedIndex]);

  return (
    <>
      <VirtualizedRowTable
        label={label}
        window={rowWindow}
        columns={columns}
        compact={compact}
        stateOf={stateOf}
        isOld={isOld}
        loaded={arrangement}
        total={arrangement.total}
        classOf={(row) =>
          joinClasses(FOCUSED_ROW_CLASSES, isSelected?.(row) ? "selected-row" : "hover:bg-hover/60")
        }
      />
      {arrangement.isCutShort && (
        <p role="status" className="px-gutter py-3 text-sm text-muted">
          {REPEATED_PAGE_NOTE}
        </p>
      )}
    </>
  );
}

const ROW_REM = { columns: 2.5, compact: 3.75 } as const;

/** Above this number of preceding rows, reloading the first page is faster than reading all in between. */
const FAR = 200;

/** The next page is requested when fewer rows than this are left to scroll. */
const EARLY = 30;

interface PagedRowsInSight {
  readonly arrangement: JoinedRowPages<{ readonly id: string }>;
  readonly paging: RowPagingState;
  readonly rowHeight: number;
  readonly keep: number;
}

function usePagedRowsInSight(
  list: RefObject<HTMLElement | null>,
  { arrangement, paging, rowHeight, keep }: PagedRowsInSight,
) {
  const { top, covered, coveredBelow } = useListPlace(list);
  const { before, rows, after } = arrangement;
  const placement = useFixedRows({
    count: before + rows.length + after,
    rowHeight,
    scrollMargin: top,
    covered,
    // One row more, so that the next row is in sight too.
    coveredBelow: rowHeight + coveredBelow,
    keep: [keep],
  });

  const { startIndex = 0, endIndex = 0 } = placement.range ?? {};
  const isNearEnd = endIndex >= before + rows.length - EARLY;
  const isNearStart = startIndex < before + EARLY;
  const isAtTop = startIndex < EARLY && before > FAR;
  const { hasNext, hasPrevious, isHeld, fetchNext, fetchPrevious, startOver } = paging;
  // The visible range is known only after a render. `isHeld`: during a request or after an error.
  useEffect(() => {
    if (isHeld || rows.length === 0) return;
    if (isAtTop) startOver();
    else if (isNearStart && hasPrevious) fetchPrevious();
    else if (isNearEnd && hasNext) fetchNext();
  });

  return placement;
}

/** Returns the offset of the list in the page, and the heights of the sticky elements around the list, in pixels. */
function useListPlace(list: RefObject<HTMLElement | null>) {
  // About what pages have above their list: rows that turn out to be below the viewport would be rendered in vain.
  const [place, setPlace] = useState({ top: 200, covered: 0, coveredBelow: 0 });
  // Observes the body: a change of height above the list also changes the height of the body.
  useEffect(() => {
    const find = (part: string) => list.current?.parentElement?.querySelector(part);
    const findHead = () => find("[data-list-head]");
    const measure = () => {
      if (!list.current) return;
      const top = Math.round(list.current.getBoundingClientRect().top + scrollY);
      const head = findHead();
      const covered = head instanceof HTMLElement ? coveredBy(head) : 0;
      const coveredBelow = find(".page-notices")?.clientHeight ?? 0;
      setPlace((before) =>
        before.top === top && before.covered === covered && before.coveredBelow === coveredBelow
          ? before
          : { top, covered, coveredBelow },
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    const head = findHead();
    if (head) observer.observe(head);
    return () => observer.disconnect();
  }, [list]);
  return place;
}

/** Omits the list's head where it is not sticky, as on phones. */
function coveredBy(head: HTMLElement): number {
  const { position, top } = getComputedStyle(head);
  return parseFloat(top) + (position === "sticky" ? head.offsetHeight : 0);
}
