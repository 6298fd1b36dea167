import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { columnTemplate, type RowColumns } from "./row-columns.ts";

type ListSkeletonProps = { readonly columns: RowColumns; readonly isNarrow: boolean };

const names = ["w-36", "w-52", "w-28", "w-44", "w-60", "w-32", "w-40", "w-48"];
const stations = [4, 9, 6, 12, 3, 7, 5, 10];

/** Rows where rows will be, so that nothing jumps when they come. It stands still: only live progress moves by itself. */
export function ListSkeleton({ columns, isNarrow }: ListSkeletonProps) {
  return (
    <div aria-busy="true">
      <VisuallyHidden>Loading flows</VisuallyHidden>
      <div aria-hidden="true" className="animate-veil-in">
        {names.map((width, row) =>
          isNarrow ? (
            <div
              key={width}
              className="flex h-15 flex-col justify-center gap-2.5 border-b border-line px-3 sm:px-4"
            >
              <span className={`h-2.5 rounded-sm bg-hover ${width}`} />
              {columns.line && <Line count={Math.min(6, stations[row] ?? 0)} />}
            </div>
          ) : (
            <div
              key={width}
              className="grid h-10 items-center gap-x-4 border-b border-line px-3 sm:px-4"
              style={{ gridTemplateColumns: columnTemplate(columns) }}
            >
              <span className={`h-2.5 max-w-full rounded-sm bg-hover ${width}`} />
              {columns.line && <Line count={stations[row] ?? 0} />}
              {columns.steps && <span className="h-2 w-20 rounded-sm bg-hover" />}
              {columns.status && <span className="h-5 w-20 rounded-full bg-hover" />}
              <span className="h-2 w-14 justify-self-end rounded-sm bg-hover" />
            </div>
          ),
        )}
      </div>
    </div>
  );
}

function Line({ count }: { readonly count: number }) {
  return (
    <span className="flex gap-2">
      {Array.from({ length: count }, (_, index) => (
        <span key={index} className="size-2 rounded-full bg-hover" />
      ))}
    </span>
  );
}
