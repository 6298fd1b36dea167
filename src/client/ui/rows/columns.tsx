import { ArrowDown, ArrowUp } from "lucide-react";
import { type ComponentType, Fragment, type ReactNode } from "react";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export type TableCellProps<Row, State> = State & { readonly row: Row; readonly isActive: boolean };

/** A column of a table. The headings, rows and loading skeleton are rendered from an array of columns. */
export interface TableColumn<Row, State = unknown> {
  readonly id: string;
  readonly heading?: ReactNode;
  /** The sort field of the column, if the list can be ordered by it. */
  readonly sort?: string;
  readonly width: string;
  readonly align?: "end";
  readonly cell: ComponentType<TableCellProps<Row, State>>;
  /** Class of a wrapper around the cell; without it, the cell itself is the grid item. */
  readonly className?: string;
  /** If given, the column is shown only while a loaded row has a value. */
  readonly hasValue?: (row: Row) => boolean;
  /** Placeholder while the row is loading: the class of a bar, or an element by row index. */
  readonly skeleton?: string | ((row: number) => ReactNode);
}

export function filterColumnsWithValuesInRows<Row, Listed extends Pick<TableColumn<Row>, "hasValue">>(
  columns: readonly Listed[],
  rows: readonly Row[],
): readonly Listed[] {
  return columns.filter(({ hasValue }) => !hasValue || rows.some(hasValue));
}

export function toGridTemplateColumns(columns: readonly { readonly width: string }[]): string {
  return columns.map(({ width }) => width).join(" ");
}

type ColumnHeadingsProps<Row, State> = {
  readonly columns: readonly TableColumn<Row, State>[];
  /** Control in place of the first column's heading, such as the checkbox that selects all rows. */
  readonly control?: ReactNode;
  /** Shown in the heading cell of the column whose `heading` is undefined. */
  readonly end?: ReactNode;
  readonly sort?: ListSortState;
  readonly className: string;
};

export interface ListSortState {
  readonly by: string;
  readonly order: "asc" | "desc";
  readonly onSortBy: (sort: string) => void;
}

export function ColumnHeadings<Row, State>(props: ColumnHeadingsProps<Row, State>) {
  const { columns, control, end, sort, className } = props;
  const shown = control === undefined ? columns : columns.slice(1);
  return (
    <div
      className={joinClasses("grid shrink-0 items-center border-b border-line text-xs", className)}
      style={{ gridTemplateColumns: toGridTemplateColumns(columns) }}
    >
      {control}
      <div {...(sort ? { role: "group", "aria-label": "Sort by" } : HIDDEN)} className="contents">
        {shown.map(({ id, heading, align, sort: field }) => (
          <span
            key={id}
            // For screen readers the rows are a list, and each cell names its own value.
            {...(sort && (field !== undefined || heading === undefined) ? {} : HIDDEN)}
            className={joinClasses(
              "min-w-0",
              sort && "flex",
              (align === "end" || heading === undefined) && "justify-end text-right",
            )}
          >
            {sort && field !== undefined && typeof heading === "string" ? (
              <SortButton heading={heading} align={align} field={field} sort={sort} />
            ) : (
              (heading ?? end)
            )}
          </span>
        ))}
      </div>
    </div>
  );
}

const HIDDEN = { "aria-hidden": true } as const;

type SortButtonProps = {
  readonly heading: string;
  readonly align: "end" | undefined;
  readonly field: string;
  readonly sort: ListSortState;
};

function SortButton({ heading, align, field, sort }: SortButtonProps) {
  const order = field === sort.by ? sort.order : undefined;
  return (
    <button
      type="button"
      aria-label={order && `${heading}, ${SORT_ORDER_NAMES[order]}`}
      onClick={() => sort.onSortBy(field)}
      className={joinClasses(
        "group -mx-1.5 inline-flex h-6 items-center gap-1 rounded-sm px-1.5 hover:bg-hover hover:text-ink pointer-coarse:h-9",
        align === "end" && "flex-row-reverse",
        order && "font-medium text-ink",
      )}
    >
      {heading}
      <SortArrow order={order} />
    </button>
  );
}

const SORT_ORDER_NAMES = { asc: "ascending", desc: "descending" } as const;

function SortArrow({ order }: { readonly order: ListSortState["order"] | undefined }) {
  const Arrow = order === "asc" ? ArrowUp : ArrowDown;
  return (
    <Arrow
      className={joinClasses(
        "size-3.5 shrink-0",
        order === undefined && "opacity-0 group-hover:opacity-50 group-focus-visible:opacity-50",
      )}
    />
  );
}

export type SkeletonRowProps<Row, State> = {
  readonly row: number;
  readonly columns: readonly TableColumn<Row, State>[];
};

type TableSkeletonProps<Row, State> = {
  readonly label: string;
  readonly columns: readonly TableColumn<Row, State>[];
  readonly rows: number;
  /** Height of a row in rem. */
  readonly rowHeight?: number;
  readonly compact: ComponentType<SkeletonRowProps<Row, State>> | undefined;
};

export function TableSkeleton<Row, State>(props: TableSkeletonProps<Row, State>) {
  const { label, columns, rows, rowHeight = 2.5, compact: Compact } = props;
  return (
    <div aria-busy="true">
      <VisuallyHidden>{label}</VisuallyHidden>
      <div aria-hidden="true" className="animate-veil-in">
        {Array.from({ length: rows }, (_, row) =>
          Compact ? (
            <Compact key={row} row={row} columns={columns} />
          ) : (
            <div
              key={row}
              className="grid items-center gap-x-4 border-b border-line px-gutter"
              style={{
                height: `${rowHeight}rem`,
                gridTemplateColumns: toGridTemplateColumns(columns),
              }}
            >
              {columns.map(({ id, heading, skeleton = heading === undefined ? "" : "h-2 w-16 rounded-sm" }) =>
                typeof skeleton === "function" ? (
                  <Fragment key={id}>{skeleton(row)}</Fragment>
                ) : (
                  <span key={id} className={joinClasses("bg-hover", skeleton)} />
                ),
              )}
            </div>
          ),
        )}
      </div>
    </div>
  );
}
