import { useNavigate } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useState } from "react";
import type { StepResultFilters } from "#client/data/result-filters.ts";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { rootFontSize } from "#client/ui/root-font-size.ts";
import { RowList } from "#client/ui/row-list.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { useFoundNews } from "#client/ui/use-found-news.ts";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { ColumnHeadings } from "./column-headings.tsx";
import { describeUsage } from "./describe-run.ts";
import { ExecutionResults } from "./execution-results.tsx";
import { focusRow } from "./focus-row.ts";
import { ListTrouble, NoRows } from "./list-trouble.tsx";
import { countFound, readMoreNear } from "#client/features/flow-editor/read-rows.ts";
import { ResultFilters } from "./result-filters.tsx";
import { ResultRow, resultColumns } from "./result-row.tsx";
import { ResultLinks } from "./result-links.tsx";
import { RunDrawing } from "./run-drawing.tsx";
import { RunsHead } from "./runs-head.tsx";
import { StepDetails } from "./step-details.tsx";
import { readResultSearch } from "./runs-address.ts";
import { useStepResults } from "./use-step-results.ts";

type ResultListProps = {
  readonly flowId: string;
  readonly filters: StepResultFilters;
  readonly onRun: () => void;
};

/** Rows of one line, and cards where there is little room, in rem. */
const ROW_REM = { wide: 2.5, narrow: 5.25 } as const;

/** What steps did, across runs: as a table to be filtered and ordered, or all of one execution on its time line. */
export function ResultList({ flowId, filters, onRun }: ResultListProps) {
  const navigate = useNavigate();
  const show = (next: StepResultFilters) =>
    void navigate({
      to: "/flows/$flowId/runs/steps",
      params: { flowId },
      search: (now) => ({ ...keepStep(now), ...readResultSearch({ ...next }) }),
      replace: true,
      resetScroll: false,
    });
  const showAll = () => {
    show({});
    // The button goes with the state it belongs to; the filters stay.
    wishFocus(() => document.querySelector<HTMLElement>("[data-result-filters] select"));
  };
  return (
    <>
      <RunsHead flowId={flowId}>
        <ResultFilters filters={filters} onChange={show} />
      </RunsHead>
      {filters.executionId === undefined ? (
        <Results key={JSON.stringify(filters)} {...{ flowId, filters, onRun }} onShowAll={showAll} />
      ) : (
        <ExecutionResults key={filters.executionId} flowId={flowId} executionId={filters.executionId} />
      )}
    </>
  );
}

type ResultsProps = ResultListProps & { readonly onShowAll: () => void };

function Results({ flowId, filters, onRun, onShowAll }: ResultsProps) {
  const list = useStepResults(flowId, filters);
  const { sortBy: _by, sortOrder: _order, ...narrowing } = filters;
  const isFiltered = Object.keys(narrowing).length > 0;
  const question = isFiltered ? JSON.stringify(narrowing) : undefined;
  useFoundNews({ noun: "step result", question, ...countFound(list) });
  const [selectedId, setSelectedId] = useState<string>();
  const isBeside = useMediaQuery("(min-width: 900px)");
  const hasNoRoom = useMediaQuery("(max-width: 1023px)");
  const selected = list.rows.find(({ id }) => id === selectedId);
  const isNarrow = hasNoRoom || (isBeside && selected !== undefined);
  const hasUsage = list.rows.some((row) => describeUsage([row]).length > 0);
  const close = () => {
    setSelectedId(undefined);
    if (selectedId !== undefined) focusRow(selectedId);
  };
  if (list.rows.length === 0) {
    if (list.error) return <NoRows list={list} what="step results" />;
    if (list.isFetching) return <SkeletonRows label="Loading the step results" rows={8} />;
    return isFiltered ? (
      <EmptyState
        title="No step result is like that"
        text="Nothing that ran fits all of these filters."
        action={<Button onClick={onShowAll}>Show all step results</Button>}
      />
    ) : (
      <EmptyState
        title="No step has run yet"
        text="Once the flow runs, what each step made of each record is listed here."
        drawing={<RunDrawing />}
        action={
          <Button variant="primary" onClick={onRun}>
            Run…
          </Button>
        }
      />
    );
  }
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {!isNarrow && (
          <ColumnHeadings
            columns={resultColumns(hasUsage)}
            names={["Status", "Step", "Record", "Outcome", ...(hasUsage ? ["Usage"] : []), "Took", "Begun"]}
            right={hasUsage ? 3 : 2}
          />
        )}
        <RowList
          label="Step results"
          rows={list.rows}
          rowHeight={(isNarrow ? ROW_REM.narrow : ROW_REM.wide) * rootFontSize()}
          isComplete={list.isComplete}
          selectedId={selectedId}
          rowClassName={isNarrow ? "px-3 sm:px-4" : "gap-x-4 px-4"}
          columns={isNarrow ? undefined : resultColumns(hasUsage)}
          onSeen={(_, last) => readMoreNear(list, last)}
        >
          {(result, isActive) => (
            <ResultRow
              {...{ result, isNarrow, isActive, hasUsage }}
              isSelected={result.id === selectedId}
              onSelect={setSelectedId}
            />
          )}
        </RowList>
        <ListTrouble list={list} what="step results" />
      </div>
      {selected && isBeside && (
        <aside
          aria-label={`What ${selected.stepName} did`}
          className="flex w-[clamp(22rem,40vw,38rem)] shrink-0 flex-col border-l border-line"
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
            <StepDetails key={selected.id} step={selected}>
              <ResultLinks flowId={flowId} step={selected} />
            </StepDetails>
          </div>
        </aside>
      )}
      {selected && !isBeside && (
        <Dialog title={selected.stepName} variant="sheet" onClose={close}>
          <StepDetails key={selected.id} step={selected}>
            <ResultLinks flowId={flowId} step={selected} />
          </StepDetails>
        </Dialog>
      )}
    </div>
  );
}
