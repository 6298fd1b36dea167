import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { subscribeCachedSchedules } from "#client/data/live/subscribe-cached-schedules.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import { isUnavailableFeatureError } from "#client/data/queries/api-features.ts";
import { explainMissingFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import { useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { explainEmptyFlow } from "#client/editor/session/explain-empty-flow.ts";
import { getPublishState } from "#client/flow/publish-state.ts";
import { useScheduleActions } from "#client/flow/schedules/use-schedule-actions.tsx";
import { QueryStatusNote } from "#client/page/query-status-note.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { FlowOverviewSection, TextButton } from "./flow-overview-section.tsx";

// Reading cron expressions takes much code, which a flow without schedules does not need.
const ScheduleItems = createLazyComponent(
  async () => (await import("#client/flow/schedules/schedule-items.tsx")).ScheduleItems,
);

/** The schedules of the open flow. Hidden if the server has none. */
export function OverviewSchedulesSection() {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  return explainMissingFeature(server, "schedules") === undefined && <SchedulesOfFlow />;
}

function SchedulesOfFlow() {
  const flow = useOpenFlowState((state) => state.flow);
  const client = useQueryClient();
  useEffect(() => subscribeCachedSchedules(client), [client]);
  const query = useQuery(scheduleQueries.ofFlows([flow.id]));
  const { data } = query;
  const hidden = useIdsOfPendingDeletions();
  const schedules = data?.filter(({ id }) => !hidden.has(id));
  const [actions, dialog] = useScheduleActions({ flow, returnFocus: findAddButton });
  if (isUnavailableFeatureError(query.error)) return null;
  return (
    <FlowOverviewSection
      title="Schedules"
      aside={
        <span data-add-schedule="" className="-my-1.5 flex">
          <TextButton disabledReason={actions.readOnlyReason} onClick={actions.create}>
            Add schedule…
          </TextButton>
        </span>
      }
    >
      {getPublishState(flow) === "draft" && <PublishFirst isScheduled={(schedules?.length ?? 0) > 0} />}
      {schedules && schedules.length > 0 && <ScheduleItems schedules={schedules} actions={actions} />}
      {schedules?.length === 0 && getPublishState(flow) !== "draft" && (
        <p className="text-sm text-muted">No schedules</p>
      )}
      {!data && <QueryStatusNote what="schedules" query={query} />}
      {dialog}
    </FlowOverviewSection>
  );
}

function PublishFirst({ isScheduled }: { readonly isScheduled: boolean }) {
  const { page } = useEditor();
  const viewOnlyReason = useViewOnlyReason();
  const whyEmpty = useOpenFlowState(explainEmptyFlow);
  return (
    <div className="flex flex-wrap items-center gap-x-3 text-sm">
      <p className={isScheduled ? "text-warning" : "text-muted"}>
        {isScheduled
          ? "Runs fail until the flow is published."
          : "Schedules run the published version of a flow."}
      </p>
      <TextButton
        disabledReason={viewOnlyReason ?? whyEmpty}
        onClick={() => page.current?.openPublishDialog()}
      >
        Publish the flow…
      </TextButton>
    </div>
  );
}

const findAddButton = () => document.querySelector<HTMLElement>("[data-add-schedule] button");
