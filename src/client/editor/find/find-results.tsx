import { type KeyboardEvent, useEffect, useEffectEvent, useRef } from "react";
import { useStore } from "zustand";
import type { StepTextSearchMatch } from "#core/search/find-text.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { type FindAndReplace, buildFindMatchId, describeFindMatch } from "./create-find.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { useFixedRows } from "#client/ui/rows/use-fixed-rows.ts";

type FindResultsProps = {
  readonly find: FindAndReplace;
  readonly isReplacing: boolean;
  /** Opens the step of a match in the inspector, at the matching field. */
  readonly onOpen: (index: number, match: StepTextSearchMatch) => void;
};

const ROW_PX = 44;

/** Shows every match with the text around it in a virtualized list. Arrow keys go to the next or previous match. */
export function FindResults({ find, isReplacing, onOpen }: FindResultsProps) {
  const { matches, current, excluded } = useStore(find.store);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useFixedRows({
    scroller,
    count: matches.length,
    rowHeight: ROW_PX,
    keep: [],
    overscan: 4,
    initialHeight: () => 4 * ROW_PX,
  });

  const follow = useEffectEvent((index: number) => {
    if (index < 0) return;
    rows.scrollToIndex(index);
    if (!scroller.current?.contains(document.activeElement)) return;
    // Requests the focus, because the row may be rendered only after the list has scrolled to it.
    requestFocusWhenRendered(() => scroller.current?.querySelector<HTMLElement>(`[data-match="${index}"]`), {
      preventScroll: true,
    });
  });
  // Depends on `matches` as well as `current`: after a new search, the same index refers to another match.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useEffect(() => follow(current), [current, matches]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (event.key === "ArrowDown") find.next();
    else find.previous();
  };

  return (
    <div
      ref={scroller}
      onKeyDown={onKeyDown}
      role="presentation"
      className="max-h-48 min-h-11 overflow-y-auto border-t border-line [overflow-anchor:none]"
    >
      <div role="list" aria-label="Matches" className="relative" style={{ height: rows.height }}>
        {rows.items.map(({ index, start }) => {
          const match = matches[index];
          return (
            match && (
              <div
                key={index}
                role="listitem"
                aria-posinset={index + 1}
                aria-setsize={matches.length}
                className={joinClasses(
                  "absolute inset-x-0 top-0 flex items-center gap-2 px-gutter",
                  index === current ? "selected-row" : "hover:bg-hover",
                )}
                style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
              >
                {isReplacing && (
                  <input
                    type="checkbox"
                    aria-label={`Replace match ${index + 1}`}
                    disabled={match.kind !== "text"}
                    checked={match.kind === "text" && !excluded.has(buildFindMatchId(match))}
                    tabIndex={index === Math.max(0, current) ? 0 : -1}
                    onChange={(event) => find.exclude(match, !event.target.checked)}
                    className="size-4 shrink-0 accent-accent pointer-coarse:size-6"
                  />
                )}
                <MatchButton
                  match={match}
                  index={index}
                  isCurrent={index === current}
                  tabIndex={index === Math.max(0, current) ? 0 : -1}
                  onOpen={() => onOpen(index, match)}
                />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

type MatchButtonProps = {
  readonly match: StepTextSearchMatch;
  readonly index: number;
  readonly isCurrent: boolean;
  readonly tabIndex: number;
  readonly onOpen: () => void;
};

function MatchButton({ match, index, isCurrent, tabIndex, onOpen }: MatchButtonProps) {
  const name = useOpenFlowState(({ history }) => {
    const node = findStep(history.document, match.key);
    return node ? getStepName(node) : "";
  });
  const { field, before, found, after } = describeFindMatch(match);
  return (
    <button
      type="button"
      data-match={index}
      tabIndex={tabIndex}
      aria-current={isCurrent || undefined}
      onClick={onOpen}
      className="flex h-full min-w-0 flex-1 flex-col justify-center rounded-sm text-left focus-inset"
    >
      <span className="flex w-full min-w-0 items-baseline gap-2 text-sm">
        <span dir="auto" className="max-w-full shrink-0 truncate font-medium">
          {name}
        </span>
        <span className="min-w-0 truncate font-mono text-xs text-muted">{field}</span>
      </span>
      <span dir="auto" className="w-full min-w-0 truncate text-xs text-muted">
        {before}
        <mark className="rounded-sm bg-warning-soft text-ink">{found}</mark>
        {after}
      </span>
    </button>
  );
}
