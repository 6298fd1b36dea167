import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useStore } from "zustand";
import type { RunHealth, RunHealthDays } from "#contract/run-health.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { createStoredOnOffSetting } from "#client/storage/stored-value.ts";
import { QueryStatusNote } from "#client/page/query-status-note.tsx";
import { FailureList } from "./failure-list.tsx";
import { FlowOverviewSection, TextButton } from "./flow-overview-section.tsx";
import { HealthCharts } from "./health-charts.tsx";
import { HealthTable } from "./health-table.tsx";

/** Whether the figures are of 30 days instead of 7. */
const monthPreference = createStoredOnOffSetting("flowline-health-month", false);

type HealthSectionProps = { readonly flowId: string; readonly onShowStep: (key: StepKey) => void };

/** Figures of the last days. `LastRunsLoader` refreshes them after each run. Import only dynamically. */
export function HealthSection({ flowId, onShowStep }: HealthSectionProps) {
  const days = useStore(monthPreference) ? "30" : "7";
  const query = useQuery(flowRunQueries.health(flowId, days));
  const { data, error, isPlaceholderData } = query;
  return (
    <FlowOverviewSection title="Health" aside={<PeriodSwitch days={days} />}>
      {data && (
        <div
          aria-busy={isPlaceholderData}
          className={`flex flex-col gap-3 ${isPlaceholderData ? "opacity-60" : ""}`}
        >
          <Health health={data} days={days} flowId={flowId} onShowStep={onShowStep} />
        </div>
      )}
      {(!data || error) && <QueryStatusNote what="health" query={query} />}
    </FlowOverviewSection>
  );
}

const PERIODS: readonly RunHealthDays[] = ["7", "30"];

function PeriodSwitch({ days }: { readonly days: RunHealthDays }) {
  return (
    <div role="group" aria-label="Period" className="-my-1 flex gap-0.5">
      {PERIODS.map((period) => (
        <button
          key={period}
          type="button"
          aria-pressed={period === days}
          onClick={() => monthPreference.set(period === "30")}
          className="min-h-6 rounded-sm px-1.5 text-xs text-muted hover:bg-hover hover:text-ink aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent pointer-coarse:min-h-9"
        >
          {`${period} days`}
        </button>
      ))}
    </div>
  );
}

type HealthProps = HealthSectionProps & { readonly health: RunHealth; readonly days: RunHealthDays };

function Health({ health, days, flowId, onShowStep }: HealthProps) {
  const [isTable, setTable] = useState(false);
  const { failures, otherFailures, totals } = health;
  if (totals.runs + totals.executions === 0)
    return <p className="text-sm text-muted">{`No runs in the last ${days} days`}</p>;
  return (
    <>
      {isTable ? <HealthTable {...health} /> : <HealthCharts {...health} />}
      <div className="flex">
        <TextButton onClick={() => setTable(!isTable)}>
          {isTable ? "Show as charts" : "Show as table"}
        </TextButton>
      </div>
      {failures.length + otherFailures > 0 && (
        <FailureList
          failures={failures}
          otherFailures={otherFailures}
          flowId={flowId}
          days={days}
          onShowStep={onShowStep}
        />
      )}
    </>
  );
}
