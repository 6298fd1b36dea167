import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { NameHit } from "#core/references/list-hits.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { Dataflow } from "#client/document/dataflow.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";

type HitListProps = {
  readonly hits: readonly NameHit[];
  readonly name: string;
  /** The new name; the old one as long as there is none. */
  readonly to: string;
  readonly dataflow: Dataflow;
};

/** In CSS pixels. */
const HEADING = 30;
const HIT = 42;

/** Every place of a rename, step by step, as it is and as it will be; windowed. */
export function HitList({ hits, name, to, dataflow }: HitListProps) {
  const { document } = useOpenFlow().getState().history;
  const scroller = useRef<HTMLDivElement>(null);
  const isFirst = (index: number) => hits[index]?.key !== hits[index - 1]?.key;
  const virtualizer = useVirtualizer({
    count: hits.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => HIT + (isFirst(index) ? HEADING : 0),
    overscan: 4,
    useFlushSync: false,
  });
  return (
    <div
      ref={scroller}
      role="group"
      aria-label="Places"
      // Scrolled by the arrow keys, since nothing inside takes the focus.
      tabIndex={0}
      className="max-h-[45dvh] overflow-y-auto rounded-md border border-line focus-inset [overflow-anchor:none]"
    >
      <div role="list" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start, size }) => {
          const hit = hits[index];
          const node = hit && findStep(document, hit.key);
          if (!hit || !node) return null;
          const { before, old, renamed, after } = dataflow.describeHit(hit, name, to);
          return (
            <div
              key={index}
              role="listitem"
              aria-posinset={index + 1}
              aria-setsize={hits.length}
              className={joinClasses(
                "absolute inset-x-0 top-0 flex flex-col justify-end px-3",
                isFirst(index) && index > 0 && "border-t border-line",
              )}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              <span
                dir="auto"
                className={isFirst(index) ? "h-7 shrink-0 truncate pt-1.5 text-sm font-medium" : "sr-only"}
              >
                {stepName(node)}
              </span>
              <span className="flex h-[42px] shrink-0 flex-col justify-center">
                <span className="truncate text-xs text-muted">
                  {dataflow.describeFieldPath(node, hit.at)}
                  {hit.isSet && " · sets it"}
                </span>
                <span dir="auto" className="truncate font-mono text-xs">
                  {before}
                  {renamed === undefined || renamed === old ? (
                    <mark className="rounded-sm bg-accent-soft text-ink">{old}</mark>
                  ) : (
                    <>
                      <del className="rounded-sm bg-danger-soft text-danger">{old}</del>
                      <span aria-hidden="true"> → </span>
                      <ins className="rounded-sm bg-success-soft text-success no-underline">{renamed}</ins>
                    </>
                  )}
                  {after}
                </span>
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
