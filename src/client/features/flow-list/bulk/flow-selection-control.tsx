import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, X } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import type { FlowListItem } from "#contract/flow.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import { liveEventEmitter } from "#client/data/live/live-events.ts";
import type { FlowFilters } from "#client/data/queries/flow-queries.ts";
import { areTagsKeptOnDevice } from "#client/data/queries/flow-queries.ts";
import { readAllFlows } from "#client/data/queries/read-all-flows.ts";
import { getPublishState } from "#client/flow/publish-state.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { formatCount, formatNumber, formatTotalOrLowerBound } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { REPEATED_PAGE_NOTE } from "#client/ui/rows/join-row-pages.ts";
import type { RowSelection } from "#client/ui/rows/row-selection.tsx";
import { SelectAllCheckbox } from "#client/ui/rows/select-all-checkbox.tsx";
import type { PagedRowsState } from "#client/ui/rows/use-paged-rows.ts";
import { type BulkFlowActionId, type BulkFlowDialogProps, bulkFlowActions } from "./bulk-actions.tsx";

type FlowSelectionControlProps = {
  readonly selection: RowSelection<FlowListItem>;
  readonly list: PagedRowsState<FlowListItem>;
  readonly filters: FlowFilters;
  /** Why the user may not edit flows; undefined if they may. */
  readonly viewOnlyReason: string | undefined;
  readonly onAction: (action: BulkFlowActionId, flows: readonly FlowListItem[]) => void;
};

/** The checkbox that selects all loaded flows or, while flows are selected, the bar with the actions on them. */
export function FlowSelectionControl(props: FlowSelectionControlProps) {
  const { selection, list } = props;
  if (selection.rows.size > 0) return <FlowSelectionBar {...props} />;
  return <SelectAllCheckbox noun="flow" loaded={list.arrangement.rows} selection={selection} />;
}

/** Shows how many flows are selected, with the actions on all of them. At the bottom of the screen on phones. */
function FlowSelectionBar({ selection, list, filters, viewOnlyReason, onAction }: FlowSelectionControlProps) {
  const client = useQueryClient();
  const loaded = list.arrangement.rows;
  const hidden = useIdsOfPendingDeletions();
  const count = selection.rows.size;
  const { readCount, selectRest, stop, cancelOnUnmount } = useSelectRest(selection, filters);
  // Moves the notifications on a phone.
  useEffect(() => {
    document.body.toggleAttribute("data-selection-bar", true);
    return () => document.body.removeAttribute("data-selection-bar");
  }, []);
  const run = (action: BulkFlowActionId) => onAction(action, listNewest(selection, loaded));
  const explainBlocked = (action: BulkFlowActionId) => {
    const needsScope = action !== "export" && !(action === "tags" && areTagsKeptOnDevice(client));
    if (viewOnlyReason !== undefined && needsScope) return viewOnlyReason;
    const isLive = listNewest(selection, loaded).every((flow) => getPublishState(flow) === "published");
    return action === "publish" && isLive ? "Nothing to publish: up to date." : undefined;
  };
  const clear = () => {
    selection.set([]);
    requestFocusWhenRendered(findListFocus);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isAll = event.key.toLowerCase() === "a" && event.ctrlKey !== event.metaKey && !event.altKey;
    if (event.defaultPrevented || (!isAll && event.key !== "Escape")) return;
    event.preventDefault();
    if (isAll) selection.selectAll();
    else clear();
  };
  const total = formatTotalOrLowerBound(list.arrangement.total, list.arrangement.totalAbove);
  const hasRest = list.arrangement.before > 0 || list.arrangement.after > 0;
  const { sort: _sort, order: _order, ...question } = filters;
  const isFiltered = Object.values(question).some((value) => value !== undefined);
  const isAllSelected = list.arrangement.total !== undefined && count >= list.arrangement.total;

  return (
    <>
      <div className="-mx-gutter mt-4 border-b border-line sm:hidden" />
      {/* Handles the keys of the selection, which bubble from the buttons. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <section
        ref={(bar) => (bar ? watchDeletedFlows(selection, hidden) : undefined)}
        aria-label="Selected flows"
        onKeyDown={onKeyDown}
        className="flex items-center gap-x-1 border-line bg-raised text-sm max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:z-30 max-sm:min-h-14 max-sm:border-t px-gutter max-sm:shadow-float sm:-mx-gutter sm:mt-2 sm:min-h-8 sm:border-b sm:bg-accent-soft/60"
      >
        <SelectAllCheckbox noun="flow" selection={selection} loaded={loaded} />
        <p ref={cancelOnUnmount} className="min-w-0 truncate tabular-nums sm:ml-2">
          <VisuallyHidden>{formatCount(count, "flow")} selected</VisuallyHidden>
          <span aria-hidden="true">
            {formatNumber(count)}
            {/* On narrow phones, the button beside the number leaves no room for the word. */}
            <span className={hasRest && !isAllSelected ? "max-phone:hidden" : ""}> selected</span>
          </span>
        </p>
        {readCount !== undefined ? (
          <Button size="sm" variant="ghost" onClick={stop}>
            <span className="tabular-nums">Stop at {formatNumber(readCount)}</span>
          </Button>
        ) : (
          hasRest &&
          !isAllSelected && (
            <Button
              size="sm"
              variant="ghost"
              data-select-rest=""
              className="underline underline-offset-2"
              onClick={selectRest}
            >
              {`Select all ${total ?? "flows"}`}
              {isFiltered && <span className="max-sm:hidden">that match</span>}
            </Button>
          )
        )}
        <span className="ml-auto flex items-center gap-x-1">
          <span className="hidden gap-x-1 lg:flex">
            {bulkFlowActions.map(({ id, label, icon }) => (
              <Button
                key={id}
                size="sm"
                variant="ghost"
                icon={icon}
                disabledReason={explainBlocked(id)}
                onClick={() => run(id)}
              >
                {label}
              </Button>
            ))}
          </span>
          <MenuButton
            label="Actions for selected flows"
            icon={Ellipsis}
            size="sm"
            variant="secondary"
            className="lg:hidden"
            entries={() =>
              bulkFlowActions.map(({ id, label, icon }) => ({
                type: "item",
                label,
                icon,
                danger: id === "delete",
                disabledReason: explainBlocked(id),
                onSelect: () => run(id),
              }))
            }
          >
            Actions
          </MenuButton>
          <IconButton label="Clear selection" icon={X} size="sm" onClick={clear} />
        </span>
      </section>
    </>
  );
}

type BulkFlowActionDialogProps = BulkFlowDialogProps & { readonly action: BulkFlowActionId };

export function BulkFlowActionDialog({ action, ...dialog }: BulkFlowActionDialogProps) {
  const ActionDialog = bulkFlowActions.find(({ id }) => id === action)?.dialog;
  return ActionDialog && <ActionDialog {...dialog} />;
}

/** As they are listed now: a flow may have changed since it was selected. Unloaded flows come last. */
function listNewest(
  { rows }: RowSelection<FlowListItem>,
  loaded: readonly FlowListItem[],
): readonly FlowListItem[] {
  const newest = loaded.filter(({ id }) => rows.has(id));
  const ids = new Set(newest.map(({ id }) => id));
  return [...newest, ...[...rows.values()].filter(({ id }) => !ids.has(id))];
}

/** Reads all flows that match the search and filters, and selects them. */
function useSelectRest(selection: RowSelection<FlowListItem>, filters: FlowFilters) {
  const client = useQueryClient();
  const activeController = useRef<AbortController>(undefined);
  const isStopped = useRef(false);
  const [readCount, setReadCount] = useState<number>();
  const selectRest = async () => {
    activeController.current = new AbortController();
    isStopped.current = false;
    const { signal } = activeController.current;
    const found = new Map(selection.rows);
    setReadCount(found.size);
    announceToScreenReaders("Selecting all flows that match…");
    try {
      for await (const { rows, isCutShort } of readAllFlows(client, filters, signal)) {
        // Leaves out the texts that no action needs: there may be thousands of flows.
        for (const { line: _line, description: _description, ...flow } of rows) found.set(flow.id, flow);
        setReadCount(found.size);
        if (isCutShort) toasts.show({ text: REPEATED_PAGE_NOTE });
        if (isStopped.current) break;
      }
    } catch (error) {
      if (signal.aborted) return;
      const text = `Couldn’t select all flows. ${describeRequestErrorForUser(error)}`;
      toasts.show({ text, tone: "danger" });
    }
    setReadCount(undefined);
    selection.set([...found.values()]);
  };
  return {
    readCount,
    selectRest: () => void selectRest(),
    stop: () => {
      isStopped.current = true;
    },
    /** Ref of an element of the bar, which is unmounted when the search changes. */
    cancelOnUnmount: useCallback(() => () => activeController.current?.abort(), []),
  };
}

/** Deselects flows that this page or another client deletes. `hidden` are the ids of pending deletions. */
function watchDeletedFlows(selection: RowSelection<FlowListItem>, hidden: ReadonlySet<string>): () => void {
  const deselect = (isDeleted: (id: string) => boolean, isSilent: boolean) => {
    const remaining = [...selection.rows.values()].filter(({ id }) => !isDeleted(id));
    if (remaining.length < selection.rows.size) selection.set(remaining, isSilent);
  };
  deselect((id) => hidden.has(id), true);
  return liveEventEmitter.subscribe((event) => {
    if (event.type === "flow.deleted") deselect((id) => id === event.id, false);
  });
}

function findListFocus(): HTMLElement | null {
  return (
    document.querySelector<HTMLElement>("[data-active] [data-row-link]") ??
    document.querySelector<HTMLElement>("[data-new-flow]")
  );
}
