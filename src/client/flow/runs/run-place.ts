import { linkOptions } from "@tanstack/react-router";
import { type ReactNode, createContext, useContext } from "react";
import type { StepResult } from "#contract/run.ts";
import { parseRunFilters } from "#client/data/queries/run-filters.ts";
import type { BatchSearchParams } from "#client/flow/execution/batch-search-params.ts";

/** Where runs are listed and open: a flow's own tab or, without a provider, the page of all runs. */
interface RunPlace {
  /** The flow of the tab. */
  readonly flowId: string | undefined;
  /** Said before a run is retried, such as that unsaved edits are not included. */
  readonly retryNote: string | undefined;
  /** What shows a step of a run in the editor; by default a link to the editor. */
  readonly renderGoToStep: ((step: StepResult) => ReactNode) | undefined;
}

const RunPlaceContext = createContext<RunPlace>({
  flowId: undefined,
  retryNote: undefined,
  renderGoToStep: undefined,
});

export const RunPlaceProvider = RunPlaceContext.Provider;
export const useRunPlace = () => useContext(RunPlaceContext);

/** Targets of links to runs, and to their list, that do not leave the place. */
export function useRunLinks() {
  const { flowId } = useRunPlace();
  const options = { search: keepListSearchParams, resetScroll: false } as const;
  const toList =
    flowId === undefined
      ? linkOptions({ to: "/runs", ...options })
      : linkOptions({ to: "/flows/$flowId/runs", params: { flowId }, ...options });
  const toRun = (batchId: string, opened: BatchSearchParams = {}) => {
    const search = (now: object) => ({ ...keepListSearchParams(now), ...opened });
    return flowId === undefined
      ? linkOptions({ to: "/runs/$batchId", params: { batchId }, search, resetScroll: false })
      : linkOptions({
          to: "/flows/$flowId/runs/$batchId",
          params: { flowId, batchId },
          search,
          resetScroll: false,
        });
  };
  return { toList, toRun };
}

export type RunLinks = ReturnType<typeof useRunLinks>;

/** Keeps what the list has in the URL, so that the way back from a run leads to the same rows. */
function keepListSearchParams(now: object) {
  const { view, step, ...filters }: Record<string, unknown> = { ...now };
  return {
    ...parseRunFilters(filters),
    ...(typeof view === "string" && { view }),
    ...(typeof step === "string" && { step }),
  };
}
