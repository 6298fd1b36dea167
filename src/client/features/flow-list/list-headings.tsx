import { columnTemplate, type RowColumns } from "./row-columns.ts";

/** What the columns are, for the eye: to everyone else each row says it in its own words. */
export function ListHeadings({ columns }: { readonly columns: RowColumns }) {
  return (
    <div
      aria-hidden="true"
      className="-mx-3 mt-2 grid h-8 items-center gap-x-4 border-b border-line px-3 text-xs text-muted sm:-mx-4 sm:px-4"
      style={{ gridTemplateColumns: columnTemplate(columns) }}
    >
      <span>Name</span>
      {columns.line && <span>Line</span>}
      {columns.steps && <span>Steps</span>}
      {columns.status && <span>Status</span>}
      {columns.lastRun && <span>Last run</span>}
      <span className="text-right">Updated</span>
    </div>
  );
}
