import { keepPreviousData, useQuery, useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { RecordReadByStep } from "#core/dataflow/list-record-reads.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import type { JsonObject } from "#core/json/json.ts";
import { explainMissingScope, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { TextArea } from "#client/ui/fields/text-field.tsx";
import type { TestRunFormValues, StoredRecordChosenForTestRun } from "./test-run-form.ts";
import { useFlowRecordReads } from "./start-test-run.ts";
import { CircleAlert } from "lucide-react";
import type { FlowRecord } from "#contract/record.ts";
import { describeJsonStructure } from "#core/document/describe-json-structure.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { formatNumber, formatCount } from "#client/ui/format/format-count.ts";
import type { TableCellProps } from "#client/ui/rows/columns.tsx";
import { RowButton } from "#client/ui/rows/row-button.tsx";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { useRecordTypes } from "#client/data/queries/use-record-types.ts";
import { QueryStatusNote } from "#client/page/query-status-note.tsx";
import { SearchField } from "#client/ui/fields/search-field.tsx";

type RecordFieldsProps = {
  readonly form: TestRunFormValues;
  readonly onChange: (changes: Partial<TestRunFormValues>) => void;
  readonly fault: string | undefined;
};

export function TestRunRecordFields({ form, onChange, fault }: RecordFieldsProps) {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const whyUnreadable = explainMissingScope(server, "RECORDS:READ");
  const { source } = form;
  const reads = useFlowRecordReads();
  const readers = useOpenFlowState(({ history }) =>
    reads.length > 0 ? describeRecordReaders(history.document, reads) : undefined,
  );
  const choose = (next: TestRunFormValues["source"]) => {
    const isEmpty = next === "typed" && form.recordJson.trim() === "";
    onChange({ source: next, ...(isEmpty && { recordJson: createSampleRecordJson(reads) }) });
  };
  return (
    <div className="flex flex-col gap-3">
      <div data-try-field="source">
        <Select
          label="Record"
          value={source}
          options={[
            { value: "none", label: "None" },
            { value: "stored", label: "Existing record" },
            { value: "typed", label: "Custom JSON" },
          ]}
          hint={
            source === "stored" && whyUnreadable !== undefined
              ? `${whyUnreadable} Use custom JSON instead.`
              : source === "none"
                ? undefined
                : readers
          }
          warning={
            source === "none" && readers !== undefined
              ? `${readers} Choose a record; without one, these values are empty.`
              : undefined
          }
          onChange={({ target }) => choose(target.value as TestRunFormValues["source"])}
        />
      </div>
      {source === "stored" && server && whyUnreadable === undefined && (
        <StoredRecord form={form} onChange={onChange} fault={fault} />
      )}
      {source === "typed" && (
        <div data-try-field="record">
          <TextArea
            label="Record as JSON"
            spellCheck={false}
            rows={4}
            className="[&_textarea]:font-mono [&_textarea]:text-xs"
            value={form.recordJson}
            error={fault}
            onChange={({ target }) => onChange({ recordJson: target.value })}
          />
        </div>
      )}
    </div>
  );
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
            requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-try-record]"));
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
        aria-label={`Change record ${record.name}`}
        onClick={() => {
          setChoosing(true);
          requestFocusWhenRendered(() =>
            document.querySelector<HTMLElement>('[data-try-field="record"] input'),
          );
        }}
      >
        Change
      </Button>
    </p>
  );
}

type RecordPickerProps = {
  readonly chosen: StoredRecordChosenForTestRun | undefined;
  readonly error: string | undefined;
  readonly onChoose: (record: StoredRecordChosenForTestRun) => void;
};

const ROW_PX = 32;
// Maximum height of the list in rows; the half row indicates that the list scrolls.
const VISIBLE_ROWS = 6.5;
const DEBOUNCE_MS = 250;

function RecordPicker({ chosen, error, onChoose }: RecordPickerProps) {
  const [type, setType] = useState(chosen?.type ?? "");
  const [text, setText] = useState("");
  const [search, setSearch] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const changeText = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSearch(next), DEBOUNCE_MS);
  };
  const { data: types = [] } = useRecordTypes();
  // Keeps the rows: a row that a press began on, and that also matches, takes the click.
  const list = useInfiniteQuery({
    ...recordQueries.list({ type: type || undefined, search: search.trim() || undefined }),
    placeholderData: keepPreviousData,
  });
  const records = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const isFiltered = search.trim() !== "" || type !== "";
  const whyEmpty = isFiltered ? "No matching records." : "No records yet. Use custom JSON instead.";
  return (
    <div className="flex flex-col gap-2">
      <div className="flex gap-2 max-sm:flex-col">
        {types.length > 1 && (
          <Select
            label="Type"
            labelHidden
            className="shrink-0 sm:w-2/5"
            value={type}
            options={[
              { value: "", label: "Any type" },
              ...types.map(({ type: name, count }) => ({
                value: name,
                label: `${name.slice(0, 60)}${count === undefined ? "" : ` (${formatNumber(count)})`}`,
              })),
            ]}
            onChange={({ target }) => setType(target.value)}
          />
        )}
        <SearchField className="flex-1" label="Search records" value={text} onValueChange={changeText} />
      </div>
      {error !== undefined && (
        <p className="flex items-center gap-1 text-xs text-danger">
          <CircleAlert aria-hidden="true" className="size-3.5" />
          {error}
        </p>
      )}
      {records.length === 0 && !list.isSuccess ? (
        <QueryStatusNote what="records" query={list} />
      ) : records.length === 0 ? (
        <p className="text-sm text-muted">{whyEmpty}</p>
      ) : (
        <div
          className="flex flex-col overflow-hidden rounded-md border border-line"
          style={{ height: Math.min(records.length, VISIBLE_ROWS) * ROW_PX + 2 }}
        >
          <ContainerScrolledTable
            label="Records"
            rows={records}
            columns={[]}
            compact={RecordChoice}
            stateOf={() => ({ hasType: type === "", onChoose })}
            rowHeight={ROW_PX}
            isComplete={!list.hasNextPage}
            selectedId={chosen?.id}
            spacing="px-2.5 gap-2"
            onSeen={(_, last) => {
              if (last >= records.length - VISIBLE_ROWS && list.hasNextPage && !list.isFetching)
                void list.fetchNextPage();
            }}
          />
        </div>
      )}
    </div>
  );
}

interface ChoiceState {
  readonly hasType: boolean;
  readonly onChoose: (record: StoredRecordChosenForTestRun) => void;
}

function RecordChoice({ row, isActive, hasType, onChoose }: TableCellProps<FlowRecord, ChoiceState>) {
  const { id, name, type, metadata } = row;
  return (
    <>
      <RowButton
        name={name}
        isActive={isActive}
        className="text-sm"
        onSelect={() =>
          onChoose({ id, name, type, shape: describeJsonStructure({ id, name, type, metadata }) })
        }
      />
      {hasType && (
        <span dir="auto" className="ml-auto max-w-2/5 shrink-0 truncate text-xs text-muted">
          {type}
        </span>
      )}
    </>
  );
}

const MAX_NAMED_FIELDS = 5;

/** Such as “Read by “Greet” and 1 more step: name, metadata.city.” */
export function describeRecordReaders(document: FlowDocument, reads: readonly RecordReadByStep[]): string {
  const steps = [...new Set(reads.map(({ step }) => step))];
  const first = steps[0] === undefined ? undefined : findStep(document, steps[0]);
  const others = steps.length > 1 ? ` and ${formatCount(steps.length - 1, "more step")}` : "";
  const fields = [...new Set(reads.map(({ reference }) => reference?.path.join(".") ?? ""))].filter(Boolean);
  const shown = fields.slice(0, MAX_NAMED_FIELDS).join(", ");
  const list = fields.length === 0 ? "" : `: ${shown}${fields.length > MAX_NAMED_FIELDS ? ", …" : ""}`;
  return `Read by ${first ? quoteName(getStepName(first)) : "a step"}${others}${list}.`;
}

export function createSampleRecordJson(reads: readonly RecordReadByStep[]): string {
  const fields = reads.flatMap(({ reference }) => {
    const [part, field] = reference?.path ?? [];
    return part === "metadata" && field !== undefined ? [[field, ""] as const] : [];
  });
  const metadata: JsonObject = Object.fromEntries(fields);
  return JSON.stringify({ name: "Sample", type: "sample", metadata }, null, 2);
}
