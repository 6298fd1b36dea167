import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { hasScope } from "#client/data/has-scope.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { Button } from "#client/ui/button.tsx";
import { Select } from "#client/ui/select.tsx";
import { TextArea } from "#client/ui/text-area.tsx";
import { RecordPicker } from "./record-picker.tsx";
import type { TrialForm } from "./trial-form.ts";

type RecordFieldsProps = {
  readonly form: TrialForm;
  readonly onChange: (changes: Partial<TrialForm>) => void;
  readonly fault: string | undefined;
};

/** The record that the steps see as `_record`: one that is stored, one made up here, or none. */
export function RecordFields({ form, onChange, fault }: RecordFieldsProps) {
  const { data: server } = useQuery(capabilityQueries.current());
  const mayRead = server?.records === true && hasScope(server, "RECORDS:READ");
  const { source } = form;
  return (
    <div className="flex flex-col gap-3">
      <Select
        label="Record"
        value={source}
        options={[
          { value: "none", label: "None" },
          { value: "stored", label: "A stored record" },
          { value: "typed", label: "One made up here" },
        ]}
        hint={source === "stored" && !mayRead ? noRecords(server?.records) : undefined}
        onChange={({ target }) => onChange({ source: target.value as TrialForm["source"] })}
      />
      {source === "stored" && mayRead && <StoredRecord {...{ form, onChange, fault }} />}
      {source === "typed" && (
        <div data-try-field="record">
          <TextArea
            label="Metadata of the record (JSON)"
            spellCheck={false}
            rows={4}
            className="[&_textarea]:font-mono [&_textarea]:text-xs"
            value={form.metadata}
            error={fault}
            onChange={({ target }) => onChange({ metadata: target.value })}
          />
        </div>
      )}
    </div>
  );
}

function noRecords(hasRecords: boolean | undefined): string {
  return hasRecords === false
    ? "This server keeps no records. Make one up here instead."
    : "This key may not read records (RECORDS:READ). Make one up here instead.";
}

function StoredRecord({ form, onChange, fault }: RecordFieldsProps) {
  const { record } = form;
  const [isChoosing, setChoosing] = useState(record === undefined);
  if (isChoosing || !record) {
    return (
      <div data-try-field="record">
        <RecordPicker
          chosen={record}
          error={fault}
          onChoose={(next) => {
            onChange({ record: next });
            setChoosing(false);
            wishFocus(() => document.querySelector<HTMLElement>("[data-try-record]"));
          }}
        />
      </div>
    );
  }
  return (
    <p className="flex min-w-0 items-center gap-2 rounded-md border border-line px-3 py-1.5 text-sm">
      <span className="flex min-w-0 flex-1 flex-col">
        <span dir="auto" className="truncate font-medium">
          {record.name}
        </span>
        <span dir="auto" className="truncate text-xs text-muted">
          {record.type}
        </span>
      </span>
      <Button
        size="sm"
        data-try-record=""
        aria-label={`Change the record ${record.name}`}
        onClick={() => {
          setChoosing(true);
          wishFocus(() => document.querySelector<HTMLElement>('[data-try-field="record"] input'));
        }}
      >
        Change
      </Button>
    </p>
  );
}
