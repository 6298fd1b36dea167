import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { describeShape } from "#core/describe-shape.ts";
import { describeError } from "#client/data/api-error.ts";
import { recordQueries } from "#client/data/record-queries.ts";
import { Button } from "#client/ui/button.tsx";
import { formatNumber } from "#client/ui/format-count.ts";
import { RowList } from "#client/ui/row-list.tsx";
import { SearchField } from "#client/ui/search-field.tsx";
import { Select } from "#client/ui/select.tsx";
import { useSettled } from "#client/ui/use-settled.ts";
import type { TrialRecord } from "./trial-form.ts";

type RecordPickerProps = {
  readonly chosen: TrialRecord | undefined;
  readonly error: string | undefined;
  readonly onChoose: (record: TrialRecord) => void;
};

const ROW_PX = 32;
// Half a row says that there are more, where nothing else does.
const ROWS = 6.5;
const SETTLE_MS = 250;

/** Finds one record by its type and a part of its name. */
export function RecordPicker({ chosen, error, onChoose }: RecordPickerProps) {
  const [type, setType] = useState(chosen?.type ?? "");
  const [text, setText] = useState("");
  const search = useSettled(text, SETTLE_MS);
  const { data: types = [] } = useQuery(recordQueries.types());
  const list = useInfiniteQuery(
    recordQueries.list({ type: type || undefined, search: search.trim() || undefined }),
  );
  const records = list.data?.pages.flatMap(({ data }) => data) ?? [];
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
                label: `${name.slice(0, 60)} (${formatNumber(count)})`,
              })),
            ]}
            onChange={({ target }) => setType(target.value)}
          />
        )}
        <SearchField className="flex-1" label="Search records" value={text} onValueChange={setText} />
      </div>
      {error !== undefined && (
        <p className="flex items-center gap-1 text-xs text-danger">
          <CircleAlert aria-hidden="true" className="size-3.5" />
          {error}
        </p>
      )}
      {list.isError && records.length === 0 ? (
        <p role="alert" className="flex flex-wrap items-center gap-2 text-sm text-danger">
          The records could not be read. {describeError(list.error)}
          <Button size="sm" busy={list.isFetching} onClick={() => void list.refetch()}>
            Try again
          </Button>
        </p>
      ) : records.length === 0 ? (
        <p className="text-sm text-muted" aria-busy={list.isPending}>
          {list.isPending
            ? "Reading the records…"
            : search.trim() !== "" || type !== ""
              ? "No record matches."
              : "There are no records yet. Make one up here instead."}
        </p>
      ) : (
        <div
          className="flex flex-col overflow-hidden rounded-md border border-line"
          style={{ height: Math.min(records.length, ROWS) * ROW_PX + 2 }}
        >
          <RowList
            key={`${type} ${search}`}
            label="Records"
            rows={records}
            rowHeight={ROW_PX}
            isComplete={!list.hasNextPage}
            selectedId={chosen?.id}
            rowClassName="px-2.5 gap-2"
            onSeen={(_, last) => {
              if (last >= records.length - ROWS && list.hasNextPage && !list.isFetching)
                void list.fetchNextPage();
            }}
          >
            {({ id, name, type: ofType, metadata }, isActive) => (
              <>
                <button
                  type="button"
                  dir="auto"
                  data-row-link=""
                  tabIndex={isActive ? 0 : -1}
                  className="min-w-0 truncate text-start text-sm outline-none after:absolute after:inset-0"
                  onClick={() => {
                    const shape = describeShape({ id, name, type: ofType, metadata });
                    onChoose({ id, name, type: ofType, shape });
                  }}
                >
                  {name}
                </button>
                {type === "" && (
                  <span dir="auto" className="ml-auto max-w-2/5 shrink-0 truncate text-xs text-muted">
                    {ofType}
                  </span>
                )}
              </>
            )}
          </RowList>
        </div>
      )}
    </div>
  );
}
