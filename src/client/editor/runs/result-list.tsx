import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useMemo, useState } from "react";
import type { StepResult } from "#contract/run.ts";
import {
  type StepResultFilters,
  MAX_STEP_RESULT_AGE_HOURS,
  type StepResultAgeFilter,
} from "#client/data/queries/result-filters.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { useRunOnRecordsReason } from "#client/editor/session/use-run-on-records-reason.ts";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { Button, buttonColorClasses } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { filterColumnsWithValuesInRows } from "#client/ui/rows/columns.tsx";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { useAnnounceSearchResults } from "#client/ui/announce/announcer.tsx";
import { MIN_WIDTH_BESIDE, MIN_WIDTH_ROOMY, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import {
  type InfiniteQueryRows,
  summarizeInfiniteQueryRows,
  fetchNextPageNearEnd,
  toInfiniteQueryRows,
  removeDuplicateRows,
} from "#client/data/queries/infinite-query-rows.ts";
import { STEP_RESULT_SORTS, STEP_RESULT_STATUSES } from "#contract/run-statuses.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { truncateNameToOneLine } from "#core/text/quote-name.ts";
import { getStepRunId } from "#core/document/run-ids.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { ExecutionResults } from "#client/flow/execution/execution.tsx";
import { StepResultDetails } from "#client/flow/execution/step-details.tsx";
import {
  focusRunListRow,
  RunListRefreshError,
  RunListLoadError,
  EmptyRunListIllustration,
} from "#client/flow/runs/run-list-load-error.tsx";
import { RunsTabHeader } from "./runs-tab-header.tsx";
import { CompactStepResultCell, stepResultColumns } from "./result-columns.tsx";
import { GoToStep } from "./go-to-step.tsx";
import { parseStepResultFilters } from "./runs-tab-route.ts";
import { formatRunStatus } from "#client/flow/runs/run-status.tsx";

type ResultListProps = {
  readonly flowId: string;
  readonly filters: StepResultFilters;
  readonly onRun: () => void;
};

const ROW_REM = { columns: 2.5, compact: 5.25 } as const;

export function StepResultList({ flowId, filters, onRun }: ResultListProps) {
  const navigate = useNavigate();
  const show = (next: StepResultFilters) =>
    void navigate({
      to: "/flows/$flowId/runs/steps",
      params: { flowId },
      search: (now) => ({ ...keepOnlyStepSearchParam(now), ...parseStepResultFilters({ ...next }) }),
      replace: true,
      resetScroll: false,
    });
  const showAll = () => {
    show({});
    // Moves the focus to the filters, because the pressed button is unmounted.
    requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-result-filters] select"));
  };
  return (
    <>
      <RunsTabHeader flowId={flowId}>
        <ResultFilters filters={filters} onChange={show} />
      </RunsTabHeader>
      {filters.executionId === undefined ? (
        <Results
          key={JSON.stringify(filters)}
          flowId={flowId}
          filters={filters}
          onRun={onRun}
          onShowAll={showAll}
        />
      ) : (
        <ExecutionResults key={filters.executionId} flowId={flowId} executionId={filters.executionId} />
      )}
    </>
  );
}

type ResultsProps = ResultListProps & { readonly onShowAll: () => void };

function Results({ flowId, filters, onRun, onShowAll }: ResultsProps) {
  const list = useStepResults(flowId, filters);
  const runReason = useRunOnRecordsReason();
  const { sortBy: _by, sortOrder: _order, ...activeFilters } = filters;
  const isFiltered = Object.keys(activeFilters).length > 0;
  const question = isFiltered ? JSON.stringify(activeFilters) : undefined;
  useAnnounceSearchResults({ noun: "step result", question, ...summarizeInfiniteQueryRows(list) });
  const [selectedId, setSelectedId] = useState<string>();
  const isBeside = useMediaQuery(MIN_WIDTH_BESIDE);
  const hasNoRoom = !useMediaQuery(MIN_WIDTH_ROOMY);
  const selected = list.rows.find(({ id }) => id === selectedId);
  const isNarrow = hasNoRoom || (isBeside && selected !== undefined);
  const close = () => {
    setSelectedId(undefined);
    if (selectedId !== undefined) focusRunListRow(selectedId);
  };
  if (list.rows.length === 0) {
    if (list.error) return <RunListLoadError list={list} what="step results" />;
    if (list.isFetching) return <SkeletonRows label="Loading step results" rows={8} />;
    return isFiltered ? (
      <EmptyState
        title="No matching results"
        text="No step results match these filters."
        action={<Button onClick={onShowAll}>Show all step results</Button>}
      />
    ) : (
      <EmptyState
        title="No step results yet"
        text="Run this flow to see what each step did for each record."
        drawing={<EmptyRunListIllustration />}
        action={
          <Button variant="primary" disabledReason={runReason} onClick={onRun}>
            Run on records…
          </Button>
        }
      />
    );
  }
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ContainerScrolledTable
          label="Step results"
          rows={list.rows}
          columns={filterColumnsWithValuesInRows(stepResultColumns, list.rows)}
          compact={isNarrow ? CompactStepResultCell : undefined}
          stateOf={({ id }) => ({ isSelected: id === selectedId, onSelect: setSelectedId })}
          rowHeight={(isNarrow ? ROW_REM.compact : ROW_REM.columns) * getRootFontSizePx()}
          isComplete={list.isComplete}
          selectedId={selectedId}
          onSeen={(_, last) => fetchNextPageNearEnd(list, last)}
        />
        <RunListRefreshError list={list} what="step results" />
      </div>
      {selected && isBeside && (
        <aside
          aria-label={`Result of ${selected.stepName}`}
          className="flex w-[clamp(22rem,40vw,48rem)] shrink-0 flex-col border-l border-line"
          onKeyDown={(event) => {
            if (event.key === "Escape" && !event.defaultPrevented) close();
          }}
        >
          <header className="flex shrink-0 items-center gap-2 pt-3 pr-3 pb-1 pl-4">
            <h3 dir="auto" className="min-w-0 flex-1 truncate font-semibold">
              {selected.stepName}
            </h3>
            <IconButton label="Close step" icon={X} shortcut="Escape" size="sm" onClick={close} />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-6">
            <StepResultDetails key={selected.id} step={selected}>
              <GoToStep step={selected} />
              <ResultLinks flowId={flowId} step={selected} />
            </StepResultDetails>
          </div>
        </aside>
      )}
      {selected && !isBeside && (
        <Dialog title={selected.stepName} variant="sheet" onClose={close}>
          <StepResultDetails key={selected.id} step={selected}>
            <GoToStep step={selected} />
            <ResultLinks flowId={flowId} step={selected} />
          </StepResultDetails>
        </Dialog>
      )}
    </div>
  );
}

function useStepResults(flowId: string, filters: StepResultFilters): InfiniteQueryRows<StepResult> {
  const query = useInfiniteQuery(flowRunQueries.stepResults(flowId, filters));
  const pages = query.data?.pages;
  const rows = useMemo(() => removeDuplicateRows(pages?.flatMap(({ data }) => data) ?? []), [pages]);
  return toInfiniteQueryRows(query, rows);
}

function ResultLinks({ flowId, step }: { readonly flowId: string; readonly step: StepResult }) {
  const { batchExecutionId: batchId, executionSessionId: executionId, recordId, id } = step;
  return (
    <>
      {batchId !== null && recordId !== null ? (
        <Link
          to="/flows/$flowId/runs/$batchId"
          params={{ flowId, batchId }}
          search={(now) => ({ ...keepOnlyStepSearchParam(now), record: recordId, result: id })}
          resetScroll={false}
          className={LINK_CLASSES}
        >
          Show whole run
        </Link>
      ) : (
        executionId !== null && (
          <Link
            to="/flows/$flowId/runs/steps"
            params={{ flowId }}
            search={(now) => ({ ...keepOnlyStepSearchParam(now), executionId })}
            resetScroll={false}
            className={LINK_CLASSES}
          >
            Show whole run
          </Link>
        )
      )}
      {recordId !== null && (
        <Link
          to="/flows/$flowId/runs/steps"
          params={{ flowId }}
          search={(now) => ({ ...keepOnlyStepSearchParam(now), recordId })}
          resetScroll={false}
          className={LINK_CLASSES}
        >
          Show all results of this record
        </Link>
      )}
    </>
  );
}

const LINK_CLASSES = `inline-flex h-7 items-center rounded-md px-2 text-sm font-medium pointer-coarse:h-10 ${buttonColorClasses.secondary}`;

type ResultFiltersProps = {
  readonly filters: StepResultFilters;
  readonly onChange: (filters: StepResultFilters) => void;
};

const statuses = [
  { value: "", label: "Any status" },
  ...STEP_RESULT_STATUSES.map((status) => ({ value: status, label: formatRunStatus(status) })),
];
const ages = [
  { value: "", label: "Any time" },
  { value: "hour", label: "Last hour" },
  { value: "day", label: "Last 24 hours" },
  { value: "week", label: "Last 7 days" },
];
const orders = [
  { value: "", label: "Newest first" },
  { value: "createdAt asc", label: "Oldest first" },
  { value: "durationMs desc", label: "Slowest first" },
  { value: "durationMs asc", label: "Fastest first" },
  { value: "stepName asc", label: "By step name" },
];

function ResultFilters({ filters, onChange }: ResultFiltersProps) {
  const document = useOpenFlowState(({ history }) => history.document);
  const steps = useMemo(() => listSteps(document, filters.stepId), [document, filters.stepId]);
  const { sortBy, sortOrder } = filters;
  const idFilters = [
    { key: "recordId", label: "One record" },
    { key: "batchId", label: "One run" },
    { key: "executionId", label: "One execution" },
  ] as const;
  const isOneExecution = filters.executionId !== undefined;
  return (
    <div
      role="group"
      aria-label="Filters"
      data-result-filters=""
      className="grid grid-cols-2 items-center gap-2 max-sm:w-full sm:flex sm:flex-wrap"
    >
      {!isOneExecution && (
        <>
          <Select
            label="Status"
            labelHidden
            options={statuses}
            value={filters.status ?? ""}
            onChange={({ target }) =>
              onChange({ ...filters, status: STEP_RESULT_STATUSES.find((one) => one === target.value) })
            }
            className="sm:w-36"
          />
          <Select
            label="Step"
            labelHidden
            options={steps}
            value={filters.stepId ?? ""}
            onChange={({ target }) => onChange({ ...filters, stepId: target.value })}
            className="min-w-0 sm:w-48"
          />
          <Select
            label="Time"
            labelHidden
            options={ages}
            value={filters.age ?? ""}
            onChange={({ target }) =>
              onChange({
                ...filters,
                age: (Object.keys(MAX_STEP_RESULT_AGE_HOURS) as StepResultAgeFilter[]).find(
                  (one) => one === target.value,
                ),
              })
            }
            className="sm:w-36"
          />
          <Select
            label="Order"
            labelHidden
            options={orders}
            value={sortBy ? `${sortBy} ${sortOrder ?? "desc"}` : ""}
            onChange={({ target }) => {
              const [by, order] = target.value.split(" ");
              onChange({
                ...filters,
                sortBy: STEP_RESULT_SORTS.find((one) => one === by),
                sortOrder: order === "asc" || order === "desc" ? order : undefined,
              });
            }}
            className="sm:w-36"
          />
        </>
      )}
      {idFilters.map(
        ({ key, label }) =>
          filters[key] !== undefined && (
            <button
              key={key}
              type="button"
              aria-label={`${label}, clear filter`}
              onClick={({ currentTarget }) => {
                const group = currentTarget.parentElement;
                onChange({ ...filters, [key]: undefined });
                requestFocusWhenRendered(() => group?.querySelector<HTMLElement>("button, select"));
              }}
              className="inline-flex h-7 items-center gap-1 justify-self-start rounded-full bg-accent-soft px-2.5 text-sm font-medium text-accent pointer-coarse:h-10"
            >
              {label}
              <X aria-hidden="true" className="size-3.5" />
            </button>
          ),
      )}
    </div>
  );
}

function listSteps(document: FlowDocument, selectedStepId: string | undefined) {
  const options = [{ value: "", label: "Any step" }];
  for (const { node, level } of getLocationsOfAllSteps(document).values()) {
    const label = `${"\u2003".repeat(level)}${truncateNameToOneLine(getStepName(node))}`;
    options.push({ value: getStepRunId(document, node), label });
  }
  if (selectedStepId !== undefined && !options.some(({ value }) => value === selectedStepId))
    options.push({ value: selectedStepId, label: "Deleted step" });
  return options;
}
