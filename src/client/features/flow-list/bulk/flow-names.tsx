import type { FlowListItem } from "#contract/flow.ts";
import { BulkList } from "#client/flow/bulk/bulk-list.tsx";
import { formatStepCount } from "#client/flow/publish-state.ts";
import { PublishStatus } from "#client/flow/publish-status.tsx";

/** Lists the selected flows in a dialog that confirms an action on them. */
export function FlowNames({ flows }: { readonly flows: readonly FlowListItem[] }) {
  return (
    <BulkList label="Selected flows" items={flows} keyOf={({ id }) => id} rowHeight={37}>
      {(flow) => {
        const count = flow.totalStepCount ?? flow.stepCount;
        return (
          <div className="flex items-center gap-3">
            <span dir="auto" className="min-w-0 flex-1 truncate">
              {flow.name}
            </span>
            {count !== undefined && (
              <span className="shrink-0 text-xs text-muted max-sm:hidden">{formatStepCount(count)}</span>
            )}
            <PublishStatus flow={flow} className="shrink-0" />
          </div>
        );
      }}
    </BulkList>
  );
}
