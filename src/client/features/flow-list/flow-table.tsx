import type { FlowListItem } from "#contract/flow.ts";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { isSampleFlowId } from "#client/flow/publish-state.ts";
import { MIN_WIDTH_SM, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { PageScrolledTable } from "#client/ui/rows/page-table.tsx";
import { type RowSelection, handleRowSelectionKey } from "#client/ui/rows/row-selection.tsx";
import type { PagedRowsState } from "#client/ui/rows/use-paged-rows.ts";
import {
  CompactFlowRow,
  type FLOW_ROW_HEIGHTS_REM,
  type SHORT_FLOW_ROW_HEIGHTS_REM,
  type FlowListColumn,
  type FlowListRowDisplayState,
} from "./flow-columns.tsx";
import { useIsSampleFlowsNoteShown } from "./sample-note.tsx";
import { type FlowListActions, preloadFlowListDialogs } from "./use-list-actions.ts";

type FlowTableProps = {
  readonly list: PagedRowsState<FlowListItem>;
  readonly columns: readonly FlowListColumn[];
  readonly rowHeights: typeof FLOW_ROW_HEIGHTS_REM | typeof SHORT_FLOW_ROW_HEIGHTS_REM;
  readonly isNarrow: boolean;
  readonly selection: RowSelection<FlowListItem>;
  readonly actions: FlowListActions;
};

export function FlowTable({ list, columns, rowHeights, isNarrow, selection, actions }: FlowTableProps) {
  const isPhone = !useMediaQuery(MIN_WIDTH_SM);
  const isSampleNoteOn = useIsSampleFlowsNoteShown();
  const { rowActions } = actions;
  const stateOf = (flow: FlowListItem): FlowListRowDisplayState => ({
    lineMax: isPhone ? 5 : isNarrow ? 20 : 13,
    isEditing: actions.editingId === flow.id,
    nextName: actions.nextNames.get(flow.id),
    isDuplicating: actions.duplicating.has(flow.id),
    isTaggedSample: isSampleNoteOn && isSampleFlowId(flow.id),
    isSelected: selection.rows.has(flow.id),
    onToggle: selection.toggle,
    maxTags: isPhone ? 1 : isNarrow ? 3 : 2,
    actions: rowActions,
  });
  return (
    <PageScrolledTable
      label="Flows"
      list={list}
      columns={columns}
      stateOf={stateOf}
      rowHeights={rowHeights}
      compact={isNarrow ? CompactFlowRow : undefined}
      isSelected={({ id }) => selection.rows.has(id)}
      onKey={(event, flow) => handleRowSelectionKey(event, flow, selection)}
      wantedId={actions.wantedId}
      onWantedShown={actions.forgetWanted}
      actionsOf={(flow) => ({
        edit: () => rowActions.edit(flow),
        remove: () =>
          selection.rows.size > 1 && selection.rows.has(flow.id)
            ? actions.startBulkAction(
                "delete",
                // As they are listed now: a flow may have been renamed since it was selected.
                [...selection.rows].map(
                  ([id, selected]) => list.arrangement.rows.find((row) => row.id === id) ?? selected,
                ),
              )
            : rowActions.remove(flow),
        undoDelete: pendingDeletionScheduler.undoLatest,
      })}
      onFocus={() => preloadFlowListDialogs("publish", "delete")}
    />
  );
}
