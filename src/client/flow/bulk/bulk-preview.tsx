import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { quoteName } from "#core/text/quote-name.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Checkbox } from "#client/ui/controls/checkbox.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { BulkList } from "./bulk-list.tsx";
import type { SkippedItem } from "./bulk-outcomes.tsx";
import type { BulkItem } from "./run-in-bulk.ts";
import { type BulkRunState, listUnfinished } from "./use-bulk-run.ts";

type BulkReadingProps = {
  readonly label: string;
  readonly state: BulkRunState<BulkItem, unknown>;
  readonly onRetry: () => void;
};

/** Shows the progress of reading flows for a preview, and then which of them could not be read. */
export function BulkReadProgress({ label, state, onRetry }: BulkReadingProps) {
  const { status, items, outcomes, stoppedBy, pause } = state;
  if (status === "ended") {
    const [first, ...rest] = listUnfinished(state);
    if (!first) return null;
    const outcome = outcomes.get(first.id);
    const reason = outcome?.type === "failed" ? outcome.reason : "";
    return (
      <div
        role="alert"
        className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger"
      >
        <span className="min-w-0 flex-1">
          {`${formatCount(rest.length + 1, "flow")} skipped: couldn’t be read. `}
          {stoppedBy ? describeRequestErrorForUser(stoppedBy) : reason}
        </span>
        <Button size="sm" onClick={onRetry}>
          Retry
        </Button>
      </div>
    );
  }
  const text = `${formatNumber(outcomes.size)} of ${formatCount(items.length, "flow")}`;
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p role="status" className="text-muted">
        {pause ? "Waiting for the server…" : `${label}…`}
      </p>
      <ProgressBar label={label} text={text} total={items.length} done={outcomes.size} failed={0} />
    </div>
  );
}

export interface PreviewedItem extends BulkItem {
  /** One line, such as “2 changes, 1 error”. */
  readonly summary: string;
  readonly isDangerous: boolean;
}

type BulkPreviewListProps<Item extends PreviewedItem> = {
  readonly label: string;
  readonly items: readonly Item[];
  readonly excluded: ReadonlySet<string>;
  readonly onExclude: (excluded: ReadonlySet<string>) => void;
  readonly children: (item: Item) => ReactNode;
};

/** With more flows than this, the details of each flow are collapsed at first. */
const MAX_OPEN = 10;

/** Lists flows with what would change in each. A checkbox leaves a flow out. */
export function BulkPreviewList<Item extends PreviewedItem>(props: BulkPreviewListProps<Item>) {
  const { label, items, excluded, onExclude, children } = props;
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const flip = (set: ReadonlySet<string>, id: string) => {
    const next = new Set(set);
    if (!next.delete(id)) next.add(id);
    return next;
  };
  return (
    <BulkList label={label} items={items} keyOf={({ id }) => id} rowHeight={44}>
      {(item) => (
        <PreviewRow
          item={item}
          isIncluded={!excluded.has(item.id)}
          isOpen={items.length <= MAX_OPEN !== toggled.has(item.id)}
          onInclude={() => onExclude(flip(excluded, item.id))}
          onToggle={() => setToggled(flip(toggled, item.id))}
        >
          {children(item)}
        </PreviewRow>
      )}
    </BulkList>
  );
}

type PreviewRowProps = {
  readonly item: PreviewedItem;
  readonly isIncluded: boolean;
  readonly isOpen: boolean;
  readonly onInclude: () => void;
  readonly onToggle: () => void;
  readonly children: ReactNode;
};

function PreviewRow({ item, isIncluded, isOpen, onInclude, onToggle, children }: PreviewRowProps) {
  const id = useId();
  return (
    <>
      <div className="flex items-center gap-2">
        <Checkbox
          label={`Include ${item.name}`}
          checked={isIncluded}
          onToggle={onInclude}
          className="-my-1 -ml-1.5"
        />
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={onToggle}
          className={joinClasses(
            "flex min-h-7 min-w-0 flex-1 items-center gap-2 rounded-sm text-start pointer-coarse:min-h-10",
            !isIncluded && "text-muted line-through",
          )}
        >
          <ChevronRight
            aria-hidden="true"
            className={joinClasses("size-4 shrink-0 text-muted transition-transform", isOpen && "rotate-90")}
          />
          <span className="flex min-w-0 flex-1 flex-col gap-x-3 sm:flex-row sm:items-center">
            <span dir="auto" className="min-w-0 flex-1 truncate font-medium">
              {item.name}
            </span>
            <span
              className={joinClasses("shrink-0 text-xs", item.isDangerous ? "text-danger" : "text-muted")}
            >
              {item.summary}
            </span>
          </span>
        </button>
      </div>
      {isOpen && (
        <div id={id} className="ml-7 flex flex-col gap-2 pb-1">
          {children}
        </div>
      )}
    </>
  );
}

/** Says which flows are left out, grouped by reason. */
export function SkippedFlows({ skipped }: { readonly skipped: readonly SkippedItem[] }) {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const group = skipped.filter((each) => each.reason === reason);
    const [first] = group;
    const subject =
      group.length === 1 && first ? quoteName(first.item.name) : formatCount(group.length, "flow");
    return (
      <p key={reason} className="text-sm text-muted">
        {subject}: {reason}
      </p>
    );
  });
}
