import { type Ref, useMemo } from "react";
import { useRecordTypes } from "#client/features/records/use-record-types.ts";
import { CodeField } from "#client/ui/code-field.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { type DraftErrors, type DraftField, type RecordDraft, readMetadata } from "./record-draft.ts";

type RecordFormProps = {
  readonly ref: Ref<HTMLFormElement>;
  readonly id: string;
  readonly draft: RecordDraft;
  readonly errors: DraftErrors;
  readonly isInexact: boolean;
  readonly isReadOnly: boolean;
  readonly isNew: boolean;
  readonly onChange: (field: DraftField, text: string) => void;
  readonly onSubmit: () => void;
};

/** Type, name and metadata of a record. Types that there are already are offered, and others can be typed. */
export function RecordForm(props: RecordFormProps) {
  const { ref, id, draft, errors, isInexact, isReadOnly, isNew, onChange, onSubmit } = props;
  const types = useRecordTypes();
  const faults = useMemo(() => findFaults(draft.text), [draft.text]);
  const typeFirst = isNew && draft.type === "";
  return (
    <form
      ref={ref}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <TextField
        label="Type"
        hint={isNew ? "What it is, such as customer: a flow runs on all records of a type." : undefined}
        list={`${id}-types`}
        value={draft.type}
        error={errors.type}
        readOnly={isReadOnly}
        {...(typeFirst && { "data-autofocus": "" })}
        onChange={({ target }) => onChange("type", target.value)}
      />
      <datalist id={`${id}-types`}>
        {types.data?.map(({ type }) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      <TextField
        label="Name"
        dir="auto"
        value={draft.name}
        error={errors.name}
        readOnly={isReadOnly}
        {...(!typeFirst && { "data-autofocus": "" })}
        onChange={({ target }) => onChange("name", target.value)}
      />
      <CodeField
        label="Metadata (JSON)"
        size="page"
        language="json"
        text={draft.text}
        error={errors.text}
        faults={faults}
        readOnly={isReadOnly || isInexact}
        hint={
          isInexact
            ? "It holds a number that cannot be edited here without changing it: read-only."
            : "What is known of it. Steps read it as {{_record.metadata.…}}."
        }
        onChange={(text) => onChange("text", text)}
      />
      {/* What Enter in a field presses. */}
      <button type="submit" hidden />
    </form>
  );
}

function findFaults(text: string) {
  const reading = readMetadata(text);
  return reading.type === "broken" ? [{ from: reading.offset, message: reading.message }] : undefined;
}
