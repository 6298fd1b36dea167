import { Download } from "lucide-react";
import { Button } from "#client/ui/button.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { ProblemRows } from "./problem-rows.tsx";
import type { ImportState } from "./use-import.ts";

type ImportOutcomeProps = {
  readonly state: ImportState & { readonly type: "ended" };
  readonly onSaveRest: () => void;
};

/** What became of the rows. Those that were not imported can be had as a file. */
export function ImportOutcome({ state, onSaveRest }: ImportOutcomeProps) {
  const { check, progress, stoppedBy } = state;
  const unsent = check.goodCount - progress.done;
  const missing = check.problemCount + progress.failed + unsent;
  // Those that were left out from the start are among them.
  const failures = [...check.problems, ...progress.failures].toSorted((a, b) => a.row - b.row);
  return (
    <div className="flex flex-col gap-4">
      <p className="font-medium">
        {progress.created === 0
          ? "No record was created."
          : `${formatCount(progress.created, "record")} created.`}
      </p>
      {unsent > 0 && (
        <p role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          {formatCount(unsent, "row was", "rows were")} not sent: {stoppedBy ?? "the import was stopped."}{" "}
          What was created stays, and the rest can be imported from here on.
        </p>
      )}
      {failures.length > 0 && (
        <ProblemRows
          title={`${formatCount(check.problemCount + progress.failed, "row was", "rows were")} not imported`}
          problems={failures}
          count={check.problemCount + progress.failed}
        />
      )}
      {missing > 0 && (
        <Button icon={Download} className="self-start" onClick={onSaveRest}>
          Download the {formatCount(missing, "row")} not imported
        </Button>
      )}
    </div>
  );
}
