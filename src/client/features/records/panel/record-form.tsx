import { type Ref, useMemo } from "react";
import { TypeField } from "#client/features/records/type-field.tsx";
import { CodeField } from "#client/ui/code-field.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { type DraftErrors, type DraftField, type RecordDraft, readMetadata } from "./record-draft.ts";

type RecordFormProps = {
  readonly ref: Ref<HTMLFormElement>;
  /** For the button that submits it, which is elsewhere. */
  readonly id: string;
  readonly draft: RecordDraft;
  readonly errors: DraftErrors;
  readonly isInexact: boolean;
  readonly isReadOnly: boolean;
  readonly isNew: boolean;
  readonly onChange: (field: DraftField, text: string) => void;
  readonly onSubmit: () => void;
};

/** Type, name and metadata of a record. */
export function RecordForm(props: RecordFormProps) {
  const { ref, id, draft, errors, isInexact, isReadOnly, isNew, onChange, onSubmit } = props;
  const faults = useMemo(() => findFaults(draft.text), [draft.text]);
  const typeFirst = isNew && draft.type === "";
  return (
    <form
      ref={ref}
      id={id}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <TypeField
        hint={isNew ? "What it is, such as customer: a flow runs on all records of a type." : undefined}
        value={draft.type}
        error={errors.type}
        readOnly={isReadOnly}
        {...(typeFirst && { "data-autofocus": "" })}
        onChange={({ target }) => onChange("type", target.value)}
      />
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
            : "What is known of it. Steps read a field as {{_record.metadata.field}}."
        }
        onChange={(text) => onChange("text", text)}
      />
    </form>
  );
}

function findFaults(text: string) {
  const reading = readMetadata(text);
  return reading.type === "broken" ? [{ from: reading.offset, message: reading.message }] : undefined;
}
