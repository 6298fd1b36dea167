import { joinClasses } from "#client/ui/join-classes.ts";
import { formatNumber } from "#client/ui/format-count.ts";
import type { ImportPreview } from "./import-messages.ts";
import type { ImportMapping } from "./import-table.ts";

type ImportPreviewTableProps = { readonly preview: ImportPreview; readonly mapping: ImportMapping };

/** The first rows as they will be read. */
export function ImportPreviewTable({ preview, mapping }: ImportPreviewTableProps) {
  const { columns, sample, rowCount } = preview;
  return (
    // What scrolls has to be within reach of the keyboard.
    <section
      aria-label="First rows of the file"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="focus-inset max-h-72 overflow-auto rounded-md border border-line"
    >
      <table className="w-full border-collapse text-left text-xs">
        <caption className="sr-only">
          {sample.length < rowCount
            ? `The first ${sample.length} of ${formatNumber(rowCount)} rows`
            : "All rows"}
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

/** What an export begins with: by these columns the server knows one, and makes no metadata of them. */
const EXPORT_COLUMNS = ["id", "type", "name", "createdAt", "updatedAt"];

function isExport({ kind, columns }: ImportPreview): boolean {
  return kind === "csv" && EXPORT_COLUMNS.every((column, index) => columns[index] === column);
}

function roleOf(preview: ImportPreview, column: string, { nameColumn, typeColumn }: ImportMapping): string {
  if (column === nameColumn) return "name";
  if (column === typeColumn) return "type";
  return isExport(preview) && EXPORT_COLUMNS.includes(column) ? "left out" : "metadata";
}
