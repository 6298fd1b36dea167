import { type UseQueryResult, keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { describeReadError } from "#client/data/api/api-error.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { SuggestionField } from "#client/ui/fields/suggestion-field.tsx";

type FlowSearch = Pick<UseQueryResult<readonly unknown[]>, "error" | "isFetching" | "data">;

interface NamedFlow {
  readonly id: string;
  readonly name: string;
}

type FlowFieldProps = {
  /** Id of the flow; empty if none is chosen. */
  readonly value: string;
  /** Called with an empty text while the typed name is that of no flow. */
  readonly onChange: (flowId: string) => void;
  readonly onBlur?: () => void;
  readonly error?: string | undefined;
  readonly isFocusedFirst: boolean;
};

/** Finds a flow by its name. */
export function FlowField({ value, onChange, onBlur, error, isFocusedFirst }: FlowFieldProps) {
  const [typed, setTyped] = useState<string>();
  const { data: current } = useQuery({ ...flowQueries.detail(value), enabled: value !== "" });
  const search = useQuery({ ...flowQueries.search(typed ?? ""), placeholderData: keepPreviousData });
  const choices = useMemo(() => listChoices(search.data ?? []), [search.data]);
  const choose = (text: string) => {
    setTyped(text);
    onChange(choices.get(text)?.id ?? "");
  };
  return (
    <SuggestionField
      label="Flow"
      noun="flow"
      placeholder="Find a flow by its name"
      value={typed ?? current?.flow.name ?? ""}
      onValueChange={choose}
      {...(onBlur && { onBlur })}
      suggestions={[...choices.keys()].map((name) => ({ value: name }))}
      status={describeSearch(search)}
      error={error}
      isFocusedFirst={isFocusedFirst}
    />
  );
}

function describeSearch({ error, isFetching, data }: FlowSearch): string | undefined {
  if (error) return `Couldn’t load flows. ${describeReadError(error)}`;
  if (isFetching) return "Loading flows…";
  return data?.length === 0 ? "No matching flows." : undefined;
}

/** By the text of the suggestion: several flows may have the same name. */
function listChoices(flows: readonly NamedFlow[]): ReadonlyMap<string, NamedFlow> {
  const choices = new Map<string, NamedFlow>();
  for (const flow of flows)
    choices.set(choices.has(flow.name) ? `${flow.name} (${flow.id})` : flow.name, flow);
  return choices;
}
