import { useQuery } from "@tanstack/react-query";
import {
  RUN_ON_RECORDS_SCOPES,
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { explainEmptyFlow } from "./explain-empty-flow.ts";

/** Returns why the open flow can't be run on records; undefined if it can. */
export function useRunOnRecordsReason(): string | undefined {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const whyEmpty = useOpenFlowState(explainEmptyFlow);
  return (
    explainMissingScope(server, ...RUN_ON_RECORDS_SCOPES) ??
    explainMissingFeature(server, "runOnRecordType") ??
    whyEmpty
  );
}
