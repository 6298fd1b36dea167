import { useQuery } from "@tanstack/react-query";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { useMemo } from "react";
import { isListedToolId } from "#core/references/resource-uses.ts";
import type { Suggestion } from "#client/ui/fields/filter-suggestions.ts";
import type { ListedTool } from "#contract/server-status.ts";
import { listKnownTools, suggestionQueries } from "#client/data/queries/suggestion-queries.ts";
import { SuggestionField, type SuggestionFieldProps } from "#client/ui/fields/suggestion-field.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";

type ToolFieldProps = Omit<SuggestionFieldProps, "suggestions" | "noun" | "status">;

/** Suggests the tools of the connected API; a plain text field if there are none. Accepts any text. */
export function ToolField(props: ToolFieldProps) {
  const isOffered = useOffersFeature("tools");
  const { data, isError, isLoading } = useQuery({ ...suggestionQueries.tools(), enabled: isOffered });
  const suggestions = useMemo(() => data?.tools.map(toSuggestion) ?? [], [data]);
  if (!isOffered) {
    const { onValueChange, onChoose: _onChoose, isFocusedFirst: _isFocusedFirst, ...field } = props;
    return <TextField {...field} spellCheck={false} onChange={({ target }) => onValueChange(target.value)} />;
  }
  const text = props.value.trim();
  const isUnknown = text !== "" && isListedToolId(text) && listKnownTools(data)?.has(text) === false;
  return (
    <SuggestionField
      {...props}
      suggestions={suggestions}
      noun="tool"
      status={
        isError
          ? "Couldn’t load the list of tools. Any tool ID is accepted."
          : isLoading
            ? "Loading tools…"
            : undefined
      }
      notes={isUnknown ? [...(props.notes ?? []), UNKNOWN_NOTE] : props.notes}
    />
  );
}

const UNKNOWN_NOTE = { id: "unlisted", tone: "calm", text: "Not in the list of tools." } as const;

const SOURCES: Readonly<Record<ListedTool["source"], string>> = {
  "built-in": "Built-in",
  custom: "Custom",
  integration: "Integration",
};

function toSuggestion({ id, name, description, source }: ListedTool): Suggestion {
  const parts = [name, SOURCES[source], description].filter((part) => part !== undefined && part !== "");
  return { value: id, detail: parts.join(" · ") };
}
