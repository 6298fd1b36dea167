import { ChevronRight } from "lucide-react";
import { formatCount } from "./format-count.ts";
import { joinClasses } from "./join-classes.ts";
import { type JsonRow, LONG_TEXT } from "./json-rows.ts";

type JsonTreeRowProps = {
  readonly row: JsonRow;
  readonly index: number;
  /** In CSS pixels, from the top of the tree. */
  readonly top: number;
  readonly isActive: boolean;
  readonly measure: (element: HTMLElement | null) => void;
  readonly onToggle: (row: JsonRow) => void;
  readonly onActivate: (id: string) => void;
};

/** Deeper levels stand no further in: there has to be room for what they say. */
const DEEPEST_INDENT = 12;

/** One line of the tree. Its text is data: it is written as text, whatever it looks like. */
export function JsonTreeRow(props: JsonTreeRowProps) {
  const { row, index, top, isActive, measure, onToggle, onActivate } = props;
  const { level, name, isOpen } = row;
  return (
    // The keys are the tree's own, which knows all rows.
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
        // Marking a text with the pointer ends in a click too.
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
        <span className="text-replies">{JSON.stringify(value.slice(0, LONG_TEXT)).slice(0, -1)}…</span> {size}
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
