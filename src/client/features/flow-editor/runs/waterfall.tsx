import { useMemo } from "react";
import type { StepResult } from "#contract/run.ts";
import { formatDuration } from "#client/ui/format-duration.ts";
import { rootFontSize } from "#client/ui/root-font-size.ts";
import { RowList } from "#client/ui/row-list.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { layOutSteps } from "./lay-out-steps.ts";
import { WATERFALL_COLUMNS, WaterfallRow } from "./waterfall-row.tsx";

type WaterfallProps = {
  readonly steps: readonly StepResult[];
  readonly selectedId: string | undefined;
  readonly onSelect: (id: string) => void;
};

/** In rem; with room for what a failed step says. */
const ROW_REM = { wide: 2.5, narrow: 3.75 } as const;

/** The steps of one execution in their order, each as long as it took. */
export function Waterfall({ steps, selectedId, onSelect }: WaterfallProps) {
  const { duration, bars } = useMemo(() => layOutSteps(steps), [steps]);
  const isNarrow = useMediaQuery("(max-width: 639px)");
  return (
    <>
      {!isNarrow && (
        <div
          aria-hidden="true"
          className="grid h-7 shrink-0 items-center gap-x-3 border-b border-line px-3 text-xs text-faint tabular-nums sm:px-4"
          style={{ gridTemplateColumns: WATERFALL_COLUMNS }}
        >
          <span>Step</span>
          <span className="flex justify-between">
            <span>0</span>
            <span>{formatDuration(duration)}</span>
          </span>
          <span className="text-right">Took</span>
        </div>
      )}
      <RowList
        label="Steps of this execution"
        rows={steps}
        rowHeight={(isNarrow ? ROW_REM.narrow : ROW_REM.wide) * rootFontSize()}
        isComplete
        startAt={selectedId}
        selectedId={selectedId}
        rowClassName={isNarrow ? "px-3" : "gap-x-3 px-3 sm:px-4"}
        columns={isNarrow ? undefined : WATERFALL_COLUMNS}
        onSeen={ignore}
      >
        {(step, isActive) => (
          <WaterfallRow
            {...{ step, isNarrow, isActive, onSelect }}
            bar={bars.get(step.id)}
            isSelected={step.id === selectedId}
          />
        )}
      </RowList>
    </>
  );
}

const ignore = () => undefined;
