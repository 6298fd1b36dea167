import { FileUp, LoaderCircle, Download } from "lucide-react";
import { useId, useRef } from "react";
import { Button } from "#client/ui/controls/button.tsx";
import { FileDropArea } from "#client/ui/controls/file-drop-area.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { RecordTypeInput } from "#client/features/records/record-type-input.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { formatNumber, formatCount } from "#client/ui/format/format-count.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import type { ImportFilePreview } from "./import-worker-client.ts";
import { type ImportColumnMapping, type ImportRowProblem, compareByRow } from "./read-import-file.ts";
import type { ImportProgress } from "./send-records.ts";
import type { ImportState } from "./use-import.ts";

type ImportFilePickerProps = {
  readonly error: string | undefined;
  readonly reading: string | undefined;
  readonly onPick: (file: File) => void;
};

export function ImportFilePicker({ error, reading, onPick }: ImportFilePickerProps) {
  const input = useRef<HTMLInputElement>(null);
  const errorId = useId();
  return (
    <FileDropArea onDrop={({ files: [file] }) => file && onPick(file)}>
      {reading === undefined ? (
        <>
          <FileUp aria-hidden="true" className="size-6 text-muted" />
          <p className="text-sm text-muted">Drop a file here, or</p>
          <Button
            variant="primary"
            data-autofocus=""
            aria-describedby={error === undefined ? undefined : errorId}
            onClick={() => input.current?.click()}
          >
            Choose a file
          </Button>
        </>
      ) : (
        <p role="status" className="flex min-w-0 items-center gap-2 text-sm text-muted">
          <LoaderCircle aria-hidden="true" className="size-4 shrink-0 animate-spin" />
          <span className="min-w-0 break-words">Reading {reading}…</span>
        </p>
      )}
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,.json,text/csv,application/json"
        aria-label="File with records"
        className="sr-only"
        tabIndex={-1}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          // Choosing the same file again, for example after a correction, would otherwise fire no event.
          target.value = "";
          if (file) onPick(file);
        }}
      />
      {error !== undefined && (
        <p id={errorId} role="alert" className="max-w-full text-sm break-words text-danger">
          {error}
        </p>
      )}
    </FileDropArea>
  );
}

type ImportMappingFieldsProps = {
  readonly preview: ImportFilePreview;
  readonly mapping: ImportColumnMapping;
  readonly onChange: (mapping: ImportColumnMapping) => void;
};

export function ImportMappingFields({ preview, mapping, onChange }: ImportMappingFieldsProps) {
  const columns = preview.columns.filter((column) => column !== "");
  const options = columns.map((column, index) => ({ value: String(index), label: column }));
  const indexOf = (column: string | undefined) =>
    column === undefined ? "" : String(columns.indexOf(column));
  const isFixed = mapping.typeColumn === undefined;
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <Select
        label="Name from"
        options={options}
        value={indexOf(mapping.nameColumn)}
        onChange={({ target }) => onChange({ ...mapping, nameColumn: columns[Number(target.value)] ?? "" })}
      />
      <Select
        label="Type from"
        options={[{ value: "", label: "One type for all" }, ...options]}
        value={indexOf(mapping.typeColumn)}
        onChange={({ target }) =>
          onChange({
            ...mapping,
            typeColumn: target.value === "" ? undefined : columns[Number(target.value)],
          })
        }
      />
      {isFixed && (
        <RecordTypeInput
          value={mapping.fixedType}
          error={mapping.fixedType.trim() === "" ? "Choose a record type." : undefined}
          onChange={({ target }) => onChange({ ...mapping, fixedType: target.value })}
        />
      )}
    </div>
  );
}

type ImportPreviewTableProps = { readonly preview: ImportFilePreview; readonly mapping: ImportColumnMapping };

export function ImportPreviewTable({ preview, mapping }: ImportPreviewTableProps) {
  const { columns, sample, rowCount } = preview;
  return (
    // Focusable, so that keyboard users can scroll the element.
    <section
      aria-label="First rows of the file"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="focus-inset max-h-72 overflow-auto rounded-md border border-line"
    >
      <table className="w-full border-collapse text-left text-xs">
        <caption className="sr-only">
          {sample.length < rowCount ? `First ${sample.length} of ${formatNumber(rowCount)} rows` : "All rows"}
        </caption>
        <thead className="sticky top-0 bg-sunken">
          <tr>
            <th scope="col" className="px-2.5 py-1.5 text-right font-medium text-muted">
              Row
            </th>
            {columns.map((column) => (
              <th key={column} scope="col" dir="auto" className="max-w-56 px-2.5 py-1.5 font-medium">
                <span className="block truncate">{column}</span>
                <span
                  className={joinClasses(
                    "font-normal",
                    column === mapping.nameColumn || column === mapping.typeColumn
                      ? "text-accent"
                      : "text-muted",
                  )}
                >
                  {roleOf(preview, column, mapping)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sample.map(({ row, cells }) => (
            <tr key={row} className="border-t border-line">
              <td className="px-2.5 py-1 text-right text-muted tabular-nums">{row}</td>
              {columns.map((column, index) => (
                <td key={column} dir="auto" className="max-w-56 truncate px-2.5 py-1">
                  {cells[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The server recognizes an export by these columns, and does not import them as metadata. */
const EXPORT_COLUMNS = ["id", "type", "name", "createdAt", "updatedAt"];

function isExport({ kind, columns }: ImportFilePreview): boolean {
  return kind === "csv" && EXPORT_COLUMNS.every((column, index) => columns[index] === column);
}

function roleOf(
  preview: ImportFilePreview,
  column: string,
  { nameColumn, typeColumn }: ImportColumnMapping,
): string {
  if (column === nameColumn) return "name";
  if (column === typeColumn) return "type";
  return isExport(preview) && EXPORT_COLUMNS.includes(column) ? "skipped" : "metadata";
}

type ImportProgressBarProps = { readonly progress: ImportProgress; readonly total: number };

export function ImportProgressBar({ progress, total }: ImportProgressBarProps) {
  const { done, created, failed } = progress;
  return (
    <div className="flex flex-col gap-2 py-4">
      <progress
        aria-label="Import"
        value={done}
        max={total}
        className="h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      />
      <p className="flex flex-wrap justify-between gap-x-4 text-sm text-muted tabular-nums">
        <span>
          {formatNumber(done)} of {formatCount(total, "row")}
        </span>
        <span>
          {formatNumber(created)} created
          {failed > 0 && `, ${formatNumber(failed)} failed`}
        </span>
      </p>
    </div>
  );
}

type ImportOutcomeSummaryProps = {
  readonly state: ImportState & { readonly type: "ended" };
  readonly onSaveRest: () => void;
};

export function ImportOutcomeSummary({ state, onSaveRest }: ImportOutcomeSummaryProps) {
  const { check, progress, stoppedBy } = state;
  const unsent = check.goodCount - progress.done;
  const missing = check.problemCount + progress.failed + unsent;
  const failures = [...check.problems, ...progress.failures].toSorted(compareByRow);
  return (
    <div className="flex flex-col gap-4">
      <p className="font-medium">
        {progress.created === 0
          ? "No records created."
          : `${formatCount(progress.created, "record")} created.`}
      </p>
      {unsent > 0 && (
        <p role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          {formatCount(unsent, "row", "rows")} not sent:{" "}
          {stoppedBy ? describeRequestErrorForUser(stoppedBy) : "the import was stopped."}
          <UpgradeLink error={stoppedBy} /> Created records are kept. You can import the rest.
        </p>
      )}
      {failures.length > 0 && (
        <ImportRowProblemList
          title={`${formatCount(check.problemCount + progress.failed, "row was", "rows were")} not imported`}
          problems={failures}
          count={check.problemCount + progress.failed}
        />
      )}
      {missing > 0 && (
        <Button icon={Download} className="self-start" onClick={onSaveRest}>
          Download the {formatCount(missing, "row")} not imported
        </Button>
      )}
    </div>
  );
}

type ImportRowProblemListProps = {
  readonly title: string;
  readonly problems: readonly ImportRowProblem[];
  readonly count: number;
};

const MAX_SHOWN = 100;

export function ImportRowProblemList({ title, problems, count }: ImportRowProblemListProps) {
  const id = useId();
  const shown = problems.slice(0, MAX_SHOWN);
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="text-sm font-medium text-danger">
        {title}
      </h3>
      <ul
        aria-labelledby={id}
        // Focusable, so that keyboard users can scroll the element.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="focus-inset mt-1 max-h-40 overflow-auto rounded-md border border-line text-xs"
      >
        {shown.map(({ row, message }) => (
          <li
            key={`${row} ${message}`}
            className="flex gap-3 border-b border-line px-2.5 py-1 last:border-b-0"
          >
            <span className="w-16 shrink-0 text-muted tabular-nums">{row !== undefined && `Row ${row}`}</span>
            <span className="min-w-0 break-words">{message}</span>
          </li>
        ))}
        {count > shown.length && (
          <li className="px-2.5 py-1 text-muted">… and {formatNumber(count - shown.length)} more</li>
        )}
      </ul>
    </section>
  );
}
