import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Suggestion } from "#client/ui/fields/filter-suggestions.ts";
import type { ListedModel } from "#contract/early-endpoints.ts";
import { listKnownModels, suggestionQueries } from "#client/data/queries/suggestion-queries.ts";
import { SuggestionField, type SuggestionFieldProps } from "#client/ui/fields/suggestion-field.tsx";

type ModelFieldProps = Omit<SuggestionFieldProps, "suggestions" | "noun" | "status"> & {
  /** Suggestions if the server has no list of models. */
  readonly fallback: readonly string[];
};

/** Suggests the models of the API or model server. Accepts any other text, with a note if the list lacks it. */
export function ModelField({ fallback, ...field }: ModelFieldProps) {
  const { data, isError, isLoading } = useQuery(suggestionQueries.models());
  const isUsable = data !== undefined && data.models.length > 0;
  const suggestions = useMemo(
    () => (isUsable ? data.models.map(toSuggestion) : fallback.map((value) => ({ value }))),
    [isUsable, data, fallback],
  );
  const names = useMemo(() => listKnownModels(data), [data]);
  const text = field.value.trim();
  const isUnknown = names !== undefined && text !== "" && !text.includes("{{") && !names.has(text);
  return (
    <SuggestionField
      {...field}
      suggestions={suggestions}
      noun="model"
      status={
        isError
          ? "Couldn’t load the list of models. Any model ID is accepted."
          : isLoading
            ? "Loading models…"
            : undefined
      }
      notes={isUnknown ? [...(field.notes ?? []), UNKNOWN_NOTE] : field.notes}
    />
  );
}

const UNKNOWN_NOTE = { id: "unlisted", tone: "calm", text: "Not in the list of models." } as const;

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const price = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 4,
  trailingZeroDisplay: "stripIfInteger",
});

function toSuggestion({ id, name, provider, contextTokens, inputCost, outputCost }: ListedModel): Suggestion {
  const costs =
    inputCost !== undefined && outputCost !== undefined
      ? inputCost === 0 && outputCost === 0
        ? "free"
        : `${price.format(inputCost)} in, ${price.format(outputCost)} out per 1M`
      : undefined;
  const parts = [
    provider,
    contextTokens === undefined ? undefined : `${compact.format(contextTokens)} context`,
    costs,
    name,
  ].filter((part) => part !== undefined);
  return { value: id, ...(parts.length > 0 && { detail: parts.join(" · ") }) };
}
