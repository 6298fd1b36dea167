import { capitalize } from "#client/ui/format/capitalize.ts";
import { useQuery } from "@tanstack/react-query";
import { RotateCw, Turtle } from "lucide-react";
import { Popover } from "radix-ui";
import { getTightestPeriod, getUsageLevel } from "#client/data/queries/usage-level.ts";
import { usageQueries } from "#client/data/queries/usage-queries.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { overlayContentProps } from "#client/ui/overlays/overlay-content-props.ts";
import { describeExecutions } from "./explain-usage-level.ts";
import { UsageBar, UsageDetails } from "./usage-details.tsx";

/** Renders nothing if the API reports no usage. */
export function UsageMeter() {
  const { data: usage, isFetching, refetch } = useQuery(usageQueries.current());
  const period = usage && getTightestPeriod(usage);
  if (!period) return null;
  const isSlow = getUsageLevel(usage) === "slow";
  const numbers =
    period.limit === undefined
      ? formatNumber(period.used)
      : `${formatNumber(period.used)} / ${formatNumber(period.limit)}`;
  const text = isSlow ? "Slow mode" : numbers;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={`${text}, usage: ${describeExecutions(period)}`}
          className="inline-flex h-8 min-w-8 shrink-0 items-center justify-center gap-2 rounded-md px-2 text-xs whitespace-nowrap text-muted tabular-nums hover:bg-hover hover:text-ink aria-expanded:bg-hover aria-expanded:text-ink pointer-coarse:h-10 pointer-coarse:min-w-10"
        >
          {isSlow && <Turtle className="size-4 text-warning" />}
          <UsageBar period={period} className="h-1.5 w-8 border-line-strong" />
          <span className="max-md:hidden">{text}</span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          {...overlayContentProps}
          aria-label="Usage"
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-80 flex w-[min(20rem,calc(100vw-1rem))] animate-float-in flex-col gap-3 rounded-lg bg-raised p-4 shadow-float outline-none"
        >
          <div className="flex items-center justify-between gap-3">
            <h2 className="text-sm font-semibold">
              Usage
              {usage.tier !== undefined && (
                <span className="font-normal text-muted"> · {capitalize(usage.tier)} plan</span>
              )}
            </h2>
            <IconButton
              label="Refresh usage"
              icon={RotateCw}
              size="sm"
              disabledReason={isFetching ? "Loading the usage…" : undefined}
              onClick={() => void refetch()}
            />
          </div>
          <UsageDetails />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
