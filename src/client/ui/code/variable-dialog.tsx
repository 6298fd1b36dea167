import { useMemo, useState } from "react";
import { type Suggestion, filterSuggestions } from "#client/ui/fields/filter-suggestions.ts";
import { type PickDialogItem, SearchablePickDialog } from "#client/ui/overlays/pick-dialog.tsx";
import type { VariableCompletion } from "./variable-completion.ts";
import type { CodeLanguage } from "./select-text-range.ts";
import { spellMember } from "./spell-member.ts";

type VariableDialogProps = {
  readonly label: string;
  readonly language: CodeLanguage;
  readonly names: () => readonly VariableCompletion[];
  readonly onInsert: (path: string) => void;
  readonly onClose: () => void;
};

/** A searchable list of the variables at the step and of their known members. */
export function VariableDialog({ label, language, names, onInsert, onClose }: VariableDialogProps) {
  const [variables] = useState(() => names());
  const [query, setQuery] = useState("");
  const choices = useMemo(
    () =>
      listPaths(
        variables.filter(({ isUnavailable }) => isUnavailable !== true),
        language,
      ),
    [variables, language],
  );
  const unavailable = useMemo(
    () => variables.filter(({ isUnavailable }) => isUnavailable === true).map(toChoice),
    [variables],
  );
  const toItem = ({ value, detail }: Suggestion): PickDialogItem => ({
    id: value,
    content: (
      <>
        <code className="min-w-0 shrink-0 truncate font-mono text-xs max-sm:max-w-1/2">{value}</code>
        <span dir="auto" className="ml-auto min-w-0 truncate text-xs text-muted">
          {detail}
        </span>
      </>
    ),
    onPick: () => onInsert(value),
  });
  const found = filterSuggestions(choices, query, "").map(toItem);
  const others = filterSuggestions(unavailable, query, "").map((choice) => ({
    ...toItem(choice),
    isUnavailable: true,
  }));
  return (
    <SearchablePickDialog
      title={`Insert variable into ${label}`}
      label="Search variables"
      placeholder="Search variables"
      query={query}
      onQueryChange={setQuery}
      groups={[
        { items: found },
        ...(others.length > 0 ? [{ heading: "Not available here", items: others }] : []),
      ]}
      status={found.length + others.length === 0 && "No matching variables."}
      onClose={onClose}
    />
  );
}

const toChoice = ({ label, detail = "" }: VariableCompletion): Suggestion => ({ value: label, detail });

const MAX_LEVELS = 3;
const MAX_PATHS = 500;

/** Lists variables and their known members, such as `_record.metadata.email`. */
function listPaths(variables: readonly VariableCompletion[], language: CodeLanguage): readonly Suggestion[] {
  const paths: Suggestion[] = [];
  const visit = (members: readonly VariableCompletion[], object: string | undefined, level: number) => {
    for (const member of members) {
      if (paths.length >= MAX_PATHS) return;
      const access = object === undefined ? member.label : spellMember(member.label, language);
      if (access === undefined) continue;
      const value = `${object ?? ""}${access}`;
      paths.push({ value, detail: member.detail ?? "" });
      if (level < MAX_LEVELS) visit(member.members?.() ?? [], value, level + 1);
    }
  };
  visit(variables, undefined, 1);
  return paths;
}
