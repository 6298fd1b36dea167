import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";
import { withActiveRow } from "#client/ui/active-row.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { rootFontSize } from "#client/ui/root-font-size.ts";
import { handleRowKey } from "#client/ui/row-keys.ts";
import { useRowFocus } from "#client/ui/use-row-focus.ts";
import type { VersionCommands } from "./use-version-commands.ts";
import type { VersionList } from "./use-version-list.ts";
import { VERSION_COLUMNS, VersionRow } from "./version-row.tsx";

type VersionRowsProps = {
  readonly flowId: string;
  readonly list: VersionList;
  readonly isNarrow: boolean;
  readonly commands: VersionCommands;
  /** The version that was looked at before, to begin with. */
  readonly startAt: string | undefined;
};

/** Rows of one line, and of two where there is little room, in rem. */
const ROW_REM = { wide: 2.75, narrow: 3.75 } as const;
const OVERSCAN = 8;
/** Rows left to scroll when the next page is asked for. */
const EARLY = 30;

/** The versions, windowed. The arrow keys walk the rows; Tab goes from a row to its menu and then out of the list. */
export function VersionRows({ flowId, list, isNarrow, commands, startAt }: VersionRowsProps) {
  const { versions, publishedVersionId, isComplete, readMore } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLUListElement>(null);
  const rowHeight = (isNarrow ? ROW_REM.narrow : ROW_REM.wide) * rootFontSize();
  const start = startAt === undefined ? undefined : { id: startAt, index: 0 };
  const focus = useRowFocus({ before: 0, rows: versions }, rows, start);
  const { activeIndex } = focus;
  // The virtualizer computes all places anew when this is another function: only another height of the rows asks for it.
  const getItemKey = useCallback((index: number) => `${index} ${rowHeight}`, [rowHeight]);
  const virtualizer = useVirtualizer({
    count: versions.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey,
    overscan: OVERSCAN,
    rangeExtractor: (range) => withActiveRow(defaultRangeExtractor(range), activeIndex),
    initialOffset: Math.max(0, (activeIndex - 3) * rowHeight),
  });
  const items = virtualizer.getVirtualItems();

  const lastInSight = virtualizer.range?.endIndex ?? 0;
  // Scrolling is what asks for more, and only a finished render knows how far it went; asking twice is held off.
  useEffect(() => {
    if (lastInSight >= versions.length - EARLY) readMore();
  });
  // Whoever comes back to the list comes back to the row that they left it by.
  const comesBack = startAt !== undefined;
  const focusStart = useRef(() => focus.focusRow(activeIndex));
  useEffect(() => {
    if (comesBack && document.activeElement === document.body) focusStart.current();
  }, [comesBack]);

  const goTo = (index: number) => {
    focus.focusRow(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
  };
  const range = virtualizer.range;
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]">
      {/* The keys belong to the rows, whose links and buttons have the focus; the list only hears of them. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul
        ref={rows}
        aria-label="Versions"
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
        onContextMenu={focus.onContextMenu}
        onKeyDown={(event) =>
          handleRowKey(event, {
            activeIndex,
            first: 0,
            last: versions.length - 1,
            rowsInSight: range ? range.endIndex - range.startIndex : 1,
            goTo,
            goToTop: () => goTo(0),
            openMenu: focus.openMenu,
          })
        }
      >
        {items.map(({ index, start: top, size }) => {
          const version = versions[index];
          if (!version) return null;
          const isActive = index === activeIndex;
          const style = { height: size, transform: `translateY(${top}px)` };
          return (
            <li
              key={version.id}
              data-row-id={version.id}
              data-row={index}
              data-active={isActive || undefined}
              aria-posinset={index + 1}
              aria-setsize={isComplete ? versions.length : -1}
              className={joinClasses(
                "absolute inset-x-0 top-0 items-center border-b border-line px-3 hover:bg-hover/60 sm:px-4",
                "has-[[data-row-link]:focus-visible]:bg-accent-soft/50 has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:-outline-offset-2 has-[[data-row-link]:focus-visible]:outline-focus",
                isNarrow ? "flex gap-1" : "grid gap-x-4",
              )}
              style={isNarrow ? style : { ...style, gridTemplateColumns: VERSION_COLUMNS }}
            >
              <VersionRow
                flowId={flowId}
                version={version}
                isLive={version.id === publishedVersionId}
                hasLive={publishedVersionId != null}
                isNarrow={isNarrow}
                isActive={isActive}
                commands={commands}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
