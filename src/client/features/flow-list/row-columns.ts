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

/** What the rows of a server will show, before any has come: this project's own has the extras, another has not. */
export function guessColumns(hasExtras: boolean): RowColumns {
  return { line: hasExtras, steps: hasExtras, status: hasExtras, lastRun: false };
}

/** The grid of a wide row and of the headings above it. */
export function columnTemplate({ line, steps, status, lastRun }: RowColumns): string {
  return [
    "minmax(0, 1fr)",
    line && "15.5rem",
    steps && "8.5rem",
    status && "10.5rem",
    lastRun && "7.5rem",
    "6.5rem",
    "2.5rem",
  ]
    .filter(Boolean)
    .join(" ");
}

/** Widths of the window, in rem: from here on a row is one line of columns; below, two lines. */
export function widthOfOneLine(columns: RowColumns): number {
  if (!columns.line && !columns.steps && !columns.status) return 0;
  return columns.lastRun ? 76 : 66;
}
