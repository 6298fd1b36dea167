import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useRouter, useSearch } from "@tanstack/react-router";
import { CalendarPlus, Plus } from "lucide-react";
import { useCallback, useEffect, useEffectEvent } from "react";
import {
  canUseFeature,
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import {
  SCHEDULE_STATUSES,
  type ScheduleFilters,
  parseScheduleFilters,
  parseScheduleListSearchParams,
} from "#client/data/queries/schedule-filters.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import { subscribeCachedSchedules } from "#client/data/live/subscribe-cached-schedules.ts";
import { EmptyRunListIllustration, focusRunListRow } from "#client/flow/runs/run-list-load-error.tsx";
import { type ScheduleActions, useScheduleActions } from "#client/flow/schedules/use-schedule-actions.tsx";
import { isCurrentPage } from "#client/page/current-page.ts";
import { UnavailableFeatureNotice } from "#client/page/unavailable-feature-notice.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { SearchField } from "#client/ui/fields/search-field.tsx";
import { useDebouncedSearchText } from "#client/ui/fields/use-search-text.ts";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { type PageCommand, registerPageCommands } from "#client/ui/overlays/page-commands.ts";
import { RunsPageHeader } from "./runs-page-header.tsx";
import { ScheduleList } from "./schedule-list.tsx";
import { ScheduleShortcuts } from "./schedule-shortcuts.tsx";

const PATH = "/runs/schedules";

/** Reads the list, unless the server has none. */
export async function loadSchedules(client: QueryClient, search: Record<string, unknown>): Promise<void> {
  const server = await client.query(serverCapabilityQueries.current());
  if (canUseFeature(server, "schedules"))
    await client.infiniteQuery(scheduleQueries.list(parseScheduleFilters(search)));
}

/** The schedules of all flows. */
export function SchedulesPage() {
  const { schedule: startAt, ...filters } = parseScheduleListSearchParams(useSearch({ from: PATH }));
  const router = useRouter();
  const changeFilters = (search: ScheduleFilters) => {
    if (isCurrentPage(router, PATH))
      void router.navigate({ to: PATH, search, replace: true, resetScroll: false });
  };
  useDocumentTitle("Schedules");
  const client = useQueryClient();
  useEffect(() => subscribeCachedSchedules(client), [client]);
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const [actions, dialog] = useScheduleActions({
    flow: undefined,
    onSaved: focusRunListRow,
    onRestored: focusRunListRow,
    returnFocus: findListFocus,
  });
  useNewScheduleCommand(actions);
  if (server?.auth === "required" && !server.signedIn)
    return <Navigate to="/sign-in" search={{ next: `${location.pathname}${location.search}` }} replace />;
  if (explainMissingFeature(server, "schedules") !== undefined)
    return (
      <EmptyState
        headingLevel={1}
        title="No schedules"
        text="Schedules are not available here."
        action={<UnavailableFeatureNotice feature="schedules" />}
      />
    );
  const missing = explainMissingScope(server, "FLOWS:READ");
  if (missing !== undefined)
    return <ErrorState headingLevel={1} title="No access to schedules" text={missing} />;
  return (
    <section aria-label="Schedules" className="flex min-h-80 flex-[1_1_0px] flex-col">
      <RunsPageHeader
        title="Schedules"
        description="Run published flows."
        viewOnlyReason={actions.readOnlyReason}
      >
        <ScheduleFilterControls filters={filters} onChange={changeFilters} />
        <NewScheduleButton actions={actions} />
      </RunsPageHeader>
      <ScheduleList
        filters={filters}
        startAt={startAt}
        actions={actions}
        onShowAll={() => {
          changeFilters({});
          document.querySelector<HTMLElement>("main input[type=search]")?.focus();
        }}
        empty={
          <EmptyState
            title="No schedules yet"
            text="A schedule runs a flow at fixed times, such as every weekday at 09:00: on records, or with inputs alone."
            action={
              <Button icon={CalendarPlus} disabledReason={actions.readOnlyReason} onClick={actions.create}>
                Create your first schedule
              </Button>
            }
            drawing={<EmptyRunListIllustration />}
          />
        }
      />
      {dialog}
      <ScheduleShortcuts />
    </section>
  );
}

function NewScheduleButton({ actions }: { readonly actions: ScheduleActions }) {
  return (
    <Button
      variant="primary"
      icon={Plus}
      data-new-schedule=""
      disabledReason={actions.readOnlyReason}
      onClick={actions.create}
    >
      New schedule…
    </Button>
  );
}

const STATUS_LABELS = { active: "Active", paused: "Paused" } as const;

const STATUS_OPTIONS = [
  { value: "", label: "Active and paused" },
  ...SCHEDULE_STATUSES.map((value) => ({ value, label: STATUS_LABELS[value] })),
];

type FilterControlsProps = {
  readonly filters: ScheduleFilters;
  readonly onChange: (filters: ScheduleFilters) => void;
};

function ScheduleFilterControls({ filters, onChange }: FilterControlsProps) {
  const router = useRouter();
  const search = useDebouncedSearchText(
    filters.search ?? "",
    (text) => onChange(parseScheduleFilters({ ...filters, search: text })),
    useCallback((onNavigate) => router.subscribe("onBeforeNavigate", onNavigate), [router]),
  );
  return (
    <search className="flex flex-wrap gap-2 max-sm:order-last max-sm:basis-full">
      <SearchField
        label="Search schedules"
        value={search.text}
        onValueChange={search.type}
        isPending={search.isPending}
        shortcut="/"
        className="w-56 max-sm:w-auto max-sm:flex-1"
      />
      <Select
        label="State"
        labelHidden
        options={STATUS_OPTIONS}
        value={filters.status ?? ""}
        onChange={({ target }) => {
          const pending = search.takePending() ?? filters.search;
          onChange(parseScheduleFilters({ search: pending, status: target.value }));
        }}
        className="w-44 max-sm:w-auto max-sm:flex-1"
      />
    </search>
  );
}

function useNewScheduleCommand({ create, readOnlyReason }: ScheduleActions): void {
  const listCommands = useEffectEvent((): readonly PageCommand[] => [
    {
      id: "newSchedule",
      type: "item",
      label: "New schedule…",
      icon: CalendarPlus,
      disabledReason: readOnlyReason,
      onSelect: create,
    },
  ]);
  useEffect(() => registerPageCommands({ listCommands: () => listCommands() }), []);
}

function findListFocus(): HTMLElement | null {
  return (
    document.querySelector<HTMLElement>("[data-active] [data-row-link]") ??
    document.querySelector<HTMLElement>("[data-new-schedule]")
  );
}
