import { type ClipboardEvent, type KeyboardEvent, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import {
  type JsonRow,
  findIndexOfParentJsonRow,
  listJsonRows,
  findInitiallyExpandedRows,
  MAX_EXPANDED_TEXT_CHARACTERS,
} from "./json-rows.ts";
import { getIndexForNavigationKey } from "#client/ui/rows/row-keys.ts";
import { ChevronRight } from "lucide-react";
import { formatCount } from "#client/ui/format/format-count.ts";
import { useVirtualRows } from "#client/ui/rows/use-virtual-rows.ts";

export type JsonTreeProps = {
  readonly label: string;
  readonly value: unknown;
  /** Class of the tree element. The class must limit the height, because the tree is its own scroll container. */
  readonly className?: string;
};

const ROW_PX = 24;
const OVERSCAN = 10;

/** Copying without a selection copies the focused row. Another value needs another `key`. */
export function JsonTree({ label, value, className = "max-h-96" }: JsonTreeProps) {
  const [open, setOpen] = useState(() => findInitiallyExpandedRows(value));
  const rows = useMemo(() => listJsonRows(value, open), [value, open]);
  const [activeId, setActiveId] = useState("");
  const activeIndex = Math.max(
    0,
    rows.findIndex(({ id }) => id === activeId),
  );
  const tree = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualRows({
    scroller: tree,
    count: rows.length,
    rowHeight: ROW_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: OVERSCAN,
    keep: [activeIndex],
  });

  const goTo = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (!row) return;
    // Renders synchronously before focusing, because a row outside the visible range is mounted only if it is active.
    flushSync(() => setActiveId(row.id));
    tree.current?.querySelector<HTMLElement>("[data-active]")?.focus({ preventScroll: true });
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
    const next = getIndexForNavigationKey(
      event.key,
      activeIndex,
      range ? range.endIndex - range.startIndex : 1,
    );
    if (next !== undefined) goTo(next);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "Enter" || event.key === " ") toggle(row);
    else if (event.key === "ArrowRight") {
      if (row.isOpen) goTo(activeIndex + 1);
      else toggle(row);
    } else if (event.key === "ArrowLeft") {
      if (row.isOpen) toggle(row);
      else goTo(findIndexOfParentJsonRow(rows, activeIndex) ?? 0);
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

type JsonTreeRowProps = {
  readonly row: JsonRow;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly measure: (element: HTMLElement | null) => void;
  readonly onToggle: (row: JsonRow) => void;
  readonly onActivate: (id: string) => void;
};

const DEEPEST_INDENT = 12;

function JsonTreeRow(props: JsonTreeRowProps) {
  const { row, index, top, isActive, measure, onToggle, onActivate } = props;
  const { level, name, isOpen } = row;
  return (
    // Needs no key handler of its own, because the tree element handles the keys of all rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={measure}
      role="treeitem"
      data-index={index}
      data-active={isActive || undefined}
      aria-level={level}
      aria-posinset={row.position}
      aria-setsize={row.size}
      aria-expanded={isOpen}
      aria-selected={isActive}
      tabIndex={isActive ? 0 : -1}
      onFocus={() => onActivate(row.id)}
      onClick={() => {
        // Ignores the click that ends a text selection by pointer.
        if (getSelection()?.isCollapsed !== false) onToggle(row);
      }}
      style={{
        transform: `translateY(${top}px)`,
        paddingInlineStart: `${0.25 + 0.875 * (Math.min(level, DEEPEST_INDENT) - 1)}rem`,
      }}
      className={joinClasses(
        "absolute inset-x-0 top-0 flex min-h-6 items-start pe-2 leading-6 focus-inset",
        isOpen !== undefined && "hover:bg-hover",
      )}
    >
      <span className="grid h-6 w-4 shrink-0 place-items-center text-faint">
        {isOpen !== undefined && (
          <ChevronRight aria-hidden="true" className={joinClasses("size-3.5", isOpen && "rotate-90")} />
        )}
      </span>
      <span className="min-w-0 flex-1 break-words whitespace-pre-wrap">
        {name !== undefined && (
          <>
            <span className="text-ink">{name}</span>
            <span className="text-faint">: </span>
          </>
        )}
        <Value row={row} />
      </span>
    </div>
  );
}

function Value({ row: { value, isOpen, id } }: { readonly row: JsonRow }) {
  if (typeof value === "string") {
    const isPiece = id.endsWith("~");
    if (isPiece) return <span className="text-replies">{value}</span>;
    if (isOpen === undefined) return <span className="text-replies">{JSON.stringify(value)}</span>;
    const size = <span className="text-faint">{formatCount(value.length, "character")}</span>;
    if (isOpen) return size;
    return (
      <>
        <span className="text-replies">
          {JSON.stringify(value.slice(0, MAX_EXPANDED_TEXT_CHARACTERS)).slice(0, -1)}…
        </span>{" "}
        {size}
      </>
    );
  }
  if (Array.isArray(value))
    return (
      <span className="text-faint">{value.length === 0 ? "[ ]" : formatCount(value.length, "item")}</span>
    );
  if (typeof value === "object" && value !== null) {
    const size = Object.keys(value).length;
    return <span className="text-faint">{size === 0 ? "{ }" : formatCount(size, "key")}</span>;
  }
  return (
    <span className={typeof value === "number" ? "text-context" : "text-ai"}>{JSON.stringify(value)}</span>
  );
}
