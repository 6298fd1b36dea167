import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { runQueries } from "#client/data/run-queries.ts";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { Execution } from "./execution.tsx";
import { describeReadError } from "./list-trouble.tsx";

type ExecutionResultsProps = { readonly flowId: string; readonly executionId: string };

/** All that one execution did, whether it was part of a run over records or not. */
export function ExecutionResults({ flowId, executionId }: ExecutionResultsProps) {
  const { data, error, isFetching, refetch } = useQuery(runQueries.execution(flowId, executionId));
  const [selectedId, setSelectedId] = useState<string>();
  const hasRoom = useMediaQuery("(min-width: 900px)");
  if (data && data.data.length > 0)
    return <Execution steps={data.data} onSelect={setSelectedId} {...{ selectedId, hasRoom }} />;
  if (error) {
    return (
      <ErrorState
        title="The execution could not be read"
        text={describeReadError(error)}
        retrying={isFetching}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data) return <SkeletonRows label="Loading the execution" rows={8} />;
  return (
    <EmptyState
      title="Nothing is kept of it"
      text="Results are kept for a while only, so this execution may have been forgotten."
    />
  );
}
