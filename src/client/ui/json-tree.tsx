import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type ClipboardEvent, type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { withActiveRow } from "./active-row.ts";
import { joinClasses } from "./join-classes.ts";
import { type JsonRow, findParent, listJsonRows, openAtFirst } from "./json-rows.ts";
import { JsonTreeRow } from "./json-tree-row.tsx";
import { moveByKey } from "./row-keys.ts";

export type JsonTreeProps = {
  readonly label: string;
  /** Whatever `JSON.parse` gives. */
  readonly value: unknown;
  /** It scrolls by itself: say here how high it may get. */
  readonly className?: string;
};

const ROW_PX = 24;
const OVERSCAN = 10;

/**
 * A JSON value as a tree that opens and closes, windowed. The arrow keys walk and open it, and copying without a selection
 * takes the value of the line where the focus is. Give it a `key` that changes with what it shows.
 */
export function JsonTree({ label, value, className = "max-h-96" }: JsonTreeProps) {
  const [open, setOpen] = useState(() => openAtFirst(value));
  const rows = useMemo(() => listJsonRows(value, open), [value, open]);
  const [activeId, setActiveId] = useState("");
  const activeIndex = Math.max(
    0,
    rows.findIndex(({ id }) => id === activeId),
  );
  const tree = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => tree.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: OVERSCAN,
    rangeExtractor: (range) => withActiveRow(defaultRangeExtractor(range), activeIndex),
  });

  // The row is in the page only once it has been rendered as the active one.
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    tree.current?.querySelector<HTMLElement>("[data-active]")?.focus({ preventScroll: true });
  });

  const goTo = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (!row) return;
    setActiveId(row.id);
    wantsFocus.current = true;
    virtualizer.scrollToIndex(rows.indexOf(row), { align: "auto" });
  };
  const toggle = ({ id, isOpen }: JsonRow) => {
    if (isOpen === undefined) return;
    const next = new Set(open);
    if (isOpen) next.delete(id);
    else next.add(id);
    setOpen(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[activeIndex];
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { range } = virtualizer;
    const next = moveByKey(event.key, activeIndex, range ? range.endIndex - range.startIndex : 1);
    if (next !== undefined) goTo(next);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "Enter" || event.key === " ") toggle(row);
    else if (event.key === "ArrowRight") {
      if (row.isOpen) goTo(activeIndex + 1);
      else toggle(row);
    } else if (event.key === "ArrowLeft") {
      if (row.isOpen) toggle(row);
      else goTo(findParent(rows, activeIndex) ?? 0);
    } else return;
    event.preventDefault();
  };
  const onCopy = (event: ClipboardEvent) => {
    const row = rows[activeIndex];
    if (!row || getSelection()?.isCollapsed === false) return;
    event.clipboardData.setData(
      "text/plain",
      typeof row.value === "string" ? row.value : JSON.stringify(row.value, null, 2),
    );
    event.preventDefault();
  };

  return (
    <div
      ref={tree}
      role="tree"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onCopy={onCopy}
      className={joinClasses(
        "overflow-x-hidden overflow-y-auto overscroll-contain rounded-md border border-line bg-surface py-1 font-mono text-xs",
        className,
      )}
    >
      <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return (
            row && (
              <JsonTreeRow
                key={row.id}
                row={row}
                index={index}
                top={start}
                isActive={index === activeIndex}
                measure={virtualizer.measureElement}
                onToggle={toggle}
                onActivate={setActiveId}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
