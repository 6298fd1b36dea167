import { Link } from "@tanstack/react-router";
import type { StepResult } from "#contract/run.ts";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { buttonColours } from "#client/ui/button.tsx";

/** From what a step did to the whole of the execution that it was part of, and to what else was done with that record. */
export function ResultLinks({ flowId, step }: { readonly flowId: string; readonly step: StepResult }) {
  const { batchExecutionId: batchId, executionSessionId: executionId, recordId, id } = step;
  return (
    <>
      {batchId !== null && recordId !== null ? (
        <Link
          to="/flows/$flowId/runs/$batchId"
          params={{ flowId, batchId }}
          search={(now) => ({ ...keepStep(now), record: recordId, result: id })}
          resetScroll={false}
          className={look}
        >
          Whole run
        </Link>
      ) : (
        executionId !== null && (
          <Link
            to="/flows/$flowId/runs/steps"
            params={{ flowId }}
            search={(now) => ({ ...keepStep(now), executionId })}
            resetScroll={false}
            className={look}
          >
            Whole run
          </Link>
        )
      )}
      {recordId !== null && (
        <Link
          to="/flows/$flowId/runs/steps"
          params={{ flowId }}
          search={(now) => ({ ...keepStep(now), recordId })}
          resetScroll={false}
          className={look}
        >
          All of this record
        </Link>
      )}
    </>
  );
}

const look = `inline-flex h-7 items-center rounded-md px-2 text-sm font-medium pointer-coarse:h-10 ${buttonColours.secondary}`;
