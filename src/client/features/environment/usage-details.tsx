import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useStore } from "zustand";
import type { AccountUsage, PeriodUsage } from "#contract/account.ts";
import { getUsageLevel } from "#client/data/queries/usage-level.ts";
import { quotaHeaderStore, usageLevelObserver, usageQueries } from "#client/data/queries/usage-queries.ts";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import { EnvironmentSection, LoadingValuePlaceholder } from "./environment-section.tsx";
import { describeExecutions, describeReset, explainUsageLevel } from "./explain-usage-level.ts";

usageLevelObserver.onWorse = (level) => {
  const explanation = explainUsageLevel(level);
  if (explanation !== undefined) announceToScreenReaders(explanation);
};

export function UsageSection() {
  const { data: usage, isLoading } = useQuery(usageQueries.current());
  // Renders nothing after a failed request: another section of the page lists what the API does not offer.
  if (!usage && !isLoading) return null;
  return (
    <EnvironmentSection title="Usage" summary={usage?.tier && `Plan: ${usage.tier}`}>
      <div className="min-h-26 px-4 py-2.5">
        {usage ? <UsageDetails /> : <LoadingValuePlaceholder label="Loading the usage" />}
      </div>
    </EnvironmentSection>
  );
}

/** Shows the used executions, when they reset, and slow mode. */
export function UsageDetails() {
  const { data: usage } = useQuery(usageQueries.current());
  const headers = useStore(quotaHeaderStore);
  const now = useMinuteClock();
  if (!usage) return null;
  const level = getUsageLevel(usage);
  const notes = [
    explainUsageLevel(level),
    headers.warning,
    headers.retryAt !== undefined && headers.retryAt > now
      ? `Rate limited until ${formatClockTime(headers.retryAt, now)}.`
      : undefined,
  ].filter((note) => note !== undefined);
  return (
    <div className="flex flex-col gap-3 text-sm">
      {usage.periods.map((period) => (
        <PeriodMeter key={period.period} usage={usage} period={period} now={now} />
      ))}
      {notes.map((note) => (
        <p key={note} className="flex items-start gap-1.5 text-warning">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 break-words">{note}</span>
        </p>
      ))}
      {headers.requestsRemaining !== undefined && (
        <p className="text-muted tabular-nums">
          {formatCount(headers.requestsRemaining, "request")} left before the rate limit.
        </p>
      )}
      {usage.upgradeUrl !== undefined && (
        <p>
          <UpgradeLink url={usage.upgradeUrl} />
        </p>
      )}
    </div>
  );
}

const TITLES: Readonly<Record<PeriodUsage["period"], string>> = { day: "Today", month: "This month" };

type PeriodMeterProps = {
  readonly usage: AccountUsage;
  readonly period: PeriodUsage;
  readonly now: number;
};

function PeriodMeter({ period, now }: PeriodMeterProps) {
  const { percent, overage, resetsAt } = period;
  const reset = describeReset(resetsAt, now);
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium">{TITLES[period.period]}</span>
        <span className="tabular-nums">{describeExecutions(period)}</span>
      </p>
      {percent !== undefined && <UsageBar period={period} className="h-1.5" />}
      {(reset !== undefined || overage > 0) && (
        <p className="text-xs text-muted">
          {[reset, overage > 0 ? `${formatCount(overage, "execution")} over the limit.` : undefined]
            .filter(Boolean)
            .join(" ")}
        </p>
      )}
    </div>
  );
}

type UsageBarProps = { readonly period: PeriodUsage; readonly className: string };

/** A bar of the used share. Hidden from screen readers, which read the numbers beside it. */
export function UsageBar({
  period: { percent = 0, isSlow, isAtLimit, isNearLimit },
  className,
}: UsageBarProps) {
  const color = isSlow || isAtLimit ? "bg-danger" : isNearLimit ? "bg-warning" : "bg-accent";
  return (
    <span
      aria-hidden="true"
      className={joinClasses("flex overflow-hidden rounded-full bg-hover forced-colors:border", className)}
    >
      <span
        className={joinClasses("rounded-full forced-colors:bg-[Highlight]", color)}
        // React sets the width by script, which the content security policy allows, unlike a style attribute.
        style={{ width: `${percent}%` }}
      />
    </span>
  );
}
