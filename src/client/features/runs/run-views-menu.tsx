import { CircleX, List, Loader } from "lucide-react";
import type { RunFilters } from "#client/data/queries/run-filters.ts";
import { parseRunFilters } from "#client/data/queries/run-filters.ts";
import { OUTCOME_LABELS, START_LABELS } from "#client/flow/runs/run-filter-controls.tsx";
import { RUN_CAUSE_LABELS } from "#client/flow/runs/run-cause.tsx";
import { ViewsMenu } from "#client/flow/views/views-menu.tsx";
import { parseUrlSearchParamsAsText, stringifyUrlSearchParams } from "#client/page/url-search-params.ts";

const BUILT_IN = [
  { label: "All runs", icon: List, search: "" },
  { label: "Failed today", icon: CircleX, search: "outcome=failed&age=day" },
  { label: "Running now", icon: Loader, search: "outcome=active" },
] as const;

type RunViewsMenuProps = {
  readonly filters: RunFilters;
  /** Id of the saved view that is open. */
  readonly view: string | undefined;
  readonly onOpen: (filters: RunFilters, view: string | undefined) => void;
};

export function RunViewsMenu({ filters, view, onOpen }: RunViewsMenuProps) {
  const search = stringifyUrlSearchParams({ ...filters }).slice(1);
  const list = {
    page: "runs",
    builtIn: BUILT_IN.map((entry) => ({ ...entry, isOpen: entry.search === search })),
    describe: describeRunView,
  } as const;
  return (
    <ViewsMenu
      list={list}
      search={search}
      openedId={view}
      onOpen={(wanted, opened) => onOpen(parseRunFilters(parseUrlSearchParamsAsText(wanted)), opened?.id)}
      isIcon={false}
    />
  );
}

/** Describes the filters of a view, such as “Failed · Last 24 hours”. */
function describeRunView(search: string): string {
  const { outcome, by, age, flow, tag } = parseRunFilters(parseUrlSearchParamsAsText(search));
  const parts = [
    outcome && OUTCOME_LABELS[outcome],
    by && `Started by ${RUN_CAUSE_LABELS[by]}`,
    age && START_LABELS[age],
    flow && "Of one flow",
    tag && `Tag: ${tag}`,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(" · ") : "All runs";
}
