import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Alert } from "#contract/alerts.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { subscribeCachedAlerts } from "#client/data/live/subscribe-cached-alerts.ts";
import { alertQueries } from "#client/data/queries/alert-queries.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { AlertDeliveryState } from "#client/flow/alerts/alert-delivery-state.tsx";
import { describeConditions } from "#client/flow/alerts/describe-alert.ts";
import { capitalize } from "#client/ui/format/capitalize.ts";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { FlowOverviewSection, TextButton } from "./flow-overview-section.tsx";

const AlertDialog = createLazyDialog(
  async () => (await import("#client/flow/alerts/alert-dialog.tsx")).AlertDialog,
);

/** The alerts that are sent about this flow: its own, and those about all flows. */
export function OverviewAlertsSection() {
  const client = useQueryClient();
  useEffect(() => subscribeCachedAlerts(client), [client]);
  const { id } = useOpenFlowState((state) => state.flow);
  const { data: alerts, error } = useQuery(alertQueries.list(id));
  const disabledReason = useMissingScope("FLOWS:WRITE");
  const [opened, setOpened] = useState<Alert | "new">();
  return (
    <FlowOverviewSection
      title="Alerts"
      aside={
        <TextButton disabledReason={disabledReason} onClick={() => setOpened("new")}>
          Add alert…
        </TextButton>
      }
    >
      {alerts && alerts.length > 0 && (
        <ul className="flex flex-col gap-1">
          {alerts.map((alert) => (
            <li key={alert.id} className="flex min-w-0 flex-wrap items-center justify-between gap-x-3">
              <button
                type="button"
                aria-haspopup="dialog"
                onClick={() => setOpened(alert)}
                className="min-h-6 min-w-0 rounded-sm text-left text-sm text-ink hover:underline pointer-coarse:min-h-9"
              >
                {capitalize(describeConditions(alert))}
                {alert.flowId === null && <span className="text-muted"> (all flows)</span>}
              </button>
              {alert.isEnabled ? (
                alert.lastDelivery && <AlertDeliveryState delivery={alert.lastDelivery} />
              ) : (
                <span className="text-sm text-muted">Paused</span>
              )}
            </li>
          ))}
        </ul>
      )}
      {alerts?.length === 0 && <p className="text-sm text-muted">None about runs of this flow</p>}
      {!alerts && (
        <p role={error ? "alert" : undefined} className="text-sm text-muted">
          {error ? `Couldn’t load alerts. ${describeRequestErrorForUser(error)}` : "Loading alerts…"}
        </p>
      )}
      {opened && (
        <AlertDialog
          alert={opened === "new" ? undefined : opened}
          flowId={id}
          onClose={() => setOpened(undefined)}
        />
      )}
    </FlowOverviewSection>
  );
}
