import { useSuspenseQuery } from "@tanstack/react-query";
import { flowQueries } from "#client/data/flow-queries.ts";

export type FlowEditorPageProps = {
  readonly flowId: string;
  /** The key of the step shown in the inspector, from the address. */
  readonly selectedStep: string | undefined;
  readonly onSelectStep: (key: string | undefined) => void;
};

export function FlowEditorPage({ flowId }: FlowEditorPageProps) {
  const { data } = useSuspenseQuery(flowQueries.detail(flowId));
  return <h1>{data.flow.name}</h1>;
}
