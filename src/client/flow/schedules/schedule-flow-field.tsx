import { type UseQueryResult, keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useController } from "react-hook-form";
import { describeReadError } from "#client/data/api/api-error.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { SuggestionField } from "#client/ui/fields/suggestion-field.tsx";
import type { ScheduleFormValues } from "./schedule-form.ts";

type FlowSearch = Pick<UseQueryResult<readonly unknown[]>, "error" | "isFetching" | "data">;

interface NamedFlow {
  readonly id: string;
  readonly name: string;
}

/** Finds the flow by its name. The form has its id. */
export function ScheduleFlowField({ isFocusedFirst }: { readonly isFocusedFirst: boolean }) {
  const { field, fieldState } = useController<ScheduleFormValues, "flowId">({ name: "flowId" });
  const [typed, setTyped] = useState<string>();
  const { data: current } = useQuery({ ...flowQueries.detail(field.value), enabled: field.value !== "" });
  const search = useQuery({ ...flowQueries.search(typed ?? ""), placeholderData: keepPreviousData });
  const choices = useMemo(() => listChoices(search.data ?? []), [search.data]);
  const choose = (text: string) => {
    setTyped(text);
    field.onChange(choices.get(text)?.id ?? "");
  };
  return (
    <SuggestionField
      label="Flow"
      noun="flow"
      placeholder="Find a flow by its name"
      value={typed ?? current?.flow.name ?? ""}
      onValueChange={choose}
      onBlur={field.onBlur}
      suggestions={[...choices.keys()].map((value) => ({ value }))}
      status={describeSearch(search)}
      error={fieldState.error?.message}
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
