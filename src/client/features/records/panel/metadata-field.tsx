import { useId, useMemo, useState } from "react";
import { listJsonMembers } from "#core/json/json-members.ts";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { FieldTabs } from "#client/ui/fields/field-tabs.tsx";
import { MetadataRows } from "./metadata-rows.tsx";
import { parseRecordMetadataText } from "./record-form-state.ts";

const MODES = [
  { id: "fields", label: "Fields" },
  { id: "json", label: "JSON" },
] as const;
type Mode = (typeof MODES)[number]["id"];

/** Metadata with more fields is shown as JSON at first. */
const MAX_ROWS_AT_FIRST = 100;

type MetadataFieldProps = {
  readonly text: string;
  readonly error: string | undefined;
  readonly isInexact: boolean;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
};

/** Edits a record's metadata as rows or as JSON. Both edit the same text, so a switch keeps all input. */
export function MetadataField({ text, error, isInexact, isReadOnly, onChange }: MetadataFieldProps) {
  const members = useMemo(() => listJsonMembers(text.trim() === "" ? "{}" : text), [text]);
  const faults = useMemo(() => findFaults(text), [text]);
  const [wanted, setWanted] = useState<Mode>(() =>
    members && members.length > MAX_ROWS_AT_FIRST ? "json" : "fields",
  );
  // Stays JSON while it is edited, even if it is valid again: replacing the control would interrupt typing.
  if (!members && wanted === "fields") setWanted("json");
  const select = (mode: Mode) => (members || mode === "json") && setWanted(mode);
  const fieldId = useId();
  const labelEnd = (
    <FieldTabs
      fieldId={fieldId}
      label="Metadata as"
      tabs={MODES}
      selected={members ? wanted : "json"}
      onSelect={select}
      blockedReason={members ? undefined : "Fix the JSON first."}
    />
  );
  if (members && wanted === "fields" && !isInexact) {
    return (
      <MetadataRows
        label="Metadata"
        labelEnd={labelEnd}
        hint={HINT}
        error={error}
        text={text}
        members={members}
        isReadOnly={isReadOnly}
        onChange={onChange}
        onShowJson={() => select("json")}
      />
    );
  }
  return (
    <CodeField
      label="Metadata (JSON)"
      labelEnd={isInexact ? undefined : labelEnd}
      size="page"
      language="json"
      text={text}
      error={error}
      faults={faults}
      readOnly={isReadOnly || isInexact}
      hint={isInexact ? "Read-only: a number is too precise to edit here." : HINT}
      onChange={onChange}
    />
  );
}

const HINT = "The data of this record. Steps read a field of it as {{_record.metadata.field}}.";

function findFaults(text: string) {
  const reading = parseRecordMetadataText(text);
  return reading.type === "broken" ? [{ from: reading.offset, message: reading.message }] : undefined;
}
