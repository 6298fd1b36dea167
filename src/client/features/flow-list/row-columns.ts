import type { FlowListItem } from "#contract/flow.ts";
import { findPublishState } from "#client/flow/publish-state.ts";

/** What the rows show besides the name. A column that no row of this server fills is not there at all. */
export interface RowColumns {
  readonly line: boolean;
  readonly steps: boolean;
  readonly status: boolean;
  readonly lastRun: boolean;
}

export function findColumns(flows: readonly FlowListItem[]): RowColumns {
  return {
    line: flows.some((flow) => flow.line !== undefined),
    steps: flows.some((flow) => flow.stepCount !== undefined),
    status: flows.some((flow) => findPublishState(flow) !== undefined),
    lastRun: flows.some((flow) => flow.lastRunAt !== null),
  };
}

/** The grid of a wide row and of the headings above it. */
export function columnTemplate({ line, steps, status, lastRun }: RowColumns): string {
  return [
    "minmax(0, 1fr)",
    line && "14.5rem",
    steps && "7rem",
    status && "11rem",
    lastRun && "8rem",
    "6.5rem",
    "2.5rem",
  ]
    .filter(Boolean)
    .join(" ");
}
