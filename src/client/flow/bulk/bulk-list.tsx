import { type Key, type ReactNode, useRef } from "react";
import { useVirtualRows } from "#client/ui/rows/use-virtual-rows.ts";

type BulkListProps<Item> = {
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => Key;
  /** Height of a row that is not rendered yet, in CSS pixels. Rows may have any height. */
  readonly rowHeight: number;
  readonly children: (item: Item) => ReactNode;
};

/** A virtualized list in a scroll container of its own, for thousands of flows in a dialog. */
export function BulkList<Item>({ label, items, keyOf, rowHeight, children }: BulkListProps<Item>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualRows({
    scroller,
    count: items.length,
    rowHeight,
    overscan: 6,
  });
  return (
    <div
      ref={scroller}
      // Lets the keyboard scroll a list without buttons.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label={label}
      className="max-h-[45dvh] overflow-y-auto overscroll-contain rounded-md border border-line [overflow-anchor:none]"
    >
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          return (
            item !== undefined && (
              <li
                key={keyOf(item)}
                ref={virtualizer.measureElement}
                data-index={index}
                aria-posinset={index + 1}
                aria-setsize={items.length}
                className="absolute inset-x-0 top-0 border-b border-line px-3 py-2 text-sm"
                style={{ transform: `translateY(${start}px)` }}
              >
                {children(item)}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
