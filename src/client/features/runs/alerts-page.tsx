import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useEffect, useState } from "react";
import type { Alert } from "#contract/alerts.ts";
import { describeReadError, isRetryableError } from "#client/data/api/api-error.ts";
import { preloadWhenIdle } from "#client/data/api/preload.ts";
import { subscribeCachedAlerts } from "#client/data/live/subscribe-cached-alerts.ts";
import { alertQueries } from "#client/data/queries/alert-queries.ts";
import {
  canUseFeature,
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { AlertList } from "./alert-list.tsx";
import { RunsPageHeader } from "./runs-page-header.tsx";

const AlertDialog = createLazyDialog(
  async () => (await import("#client/flow/alerts/alert-dialog.tsx")).AlertDialog,
);
preloadWhenIdle(AlertDialog.preload);

/** The alerts about runs of all flows. */
export function AlertsPage() {
  useDocumentTitle("Alerts");
  const client = useQueryClient();
  useEffect(() => subscribeCachedAlerts(client), [client]);
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const missing = explainMissingScope(server, "FLOWS:READ");
  const refused = explainMissingFeature(server, "alerts");
  const isUsable = missing === undefined && canUseFeature(server, "alerts");
  const list = useQuery({ ...alertQueries.list(undefined), enabled: isUsable });
  const [opened, setOpened] = useState<Alert | "new">();
  if (server?.auth === "required" && !server.signedIn)
    return <Navigate to="/sign-in" search={{ next: location.pathname }} replace />;
  if (refused !== undefined) return <EmptyState headingLevel={1} title="No alerts" text={refused} />;
  if (missing !== undefined)
    return <ErrorState headingLevel={1} title="No access to alerts" text={missing} />;
  const disabledReason = explainMissingScope(server, "FLOWS:WRITE");
  const add = (
    <Button variant="primary" icon={Plus} disabledReason={disabledReason} onClick={() => setOpened("new")}>
      New alert
    </Button>
  );
  const alerts = list.data;
  return (
    <section aria-label="Alerts" className="flex flex-1 flex-col pb-16">
      <RunsPageHeader
        title="Alerts"
        description="Emails and requests when runs fail, recover or don’t happen."
      >
        {alerts && alerts.length > 0 && add}
      </RunsPageHeader>
      {!alerts && !list.error && <SkeletonRows label="Loading alerts" />}
      {!alerts && list.error && (
        <ErrorState
          title="Couldn’t load alerts"
          text={describeReadError(list.error)}
          retrying={list.isFetching}
          {...(isRetryableError(list.error) && { onRetry: () => void list.refetch() })}
        />
      )}
      {alerts?.length === 0 && (
        <EmptyState
          title="No alerts yet"
          text="An alert tells you when a run fails, when a flow recovers, or when it has not run for some time."
          action={add}
          drawing={<AlertDrawing />}
        />
      )}
      {alerts && alerts.length > 0 && <AlertList alerts={alerts} onOpen={setOpened} />}
      {opened && (
        <AlertDialog alert={opened === "new" ? undefined : opened} onClose={() => setOpened(undefined)} />
      )}
    </section>
  );
}

/** A line whose last node rings. */
function AlertDrawing() {
  return (
    <svg width="112" height="40" viewBox="0 0 112 40" fill="none" stroke="currentColor" strokeWidth="2">
      <path d="M12 20h24M44 20h24" />
      <circle cx="8" cy="20" r="4" />
      <circle cx="40" cy="20" r="4" />
      <circle cx="76" cy="20" r="7" className="stroke-danger" />
      <path d="M76 16.5v4.5M76 24v.2" strokeLinecap="round" className="stroke-danger" />
      <path d="M89 12a11 11 0 0 1 0 16M96 7a18 18 0 0 1 0 26" strokeLinecap="round" opacity="0.6" />
    </svg>
  );
}
