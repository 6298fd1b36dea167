import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { QueryStatusNote } from "#client/page/query-status-note.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { SearchField } from "#client/ui/fields/search-field.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";

type ChosenRecordsFieldProps = {
  readonly type: string;
  /** Ids of the chosen records, which a search does not change. */
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
};

const DEBOUNCE_MS = 250;

type RecordsFieldProps = {
  readonly type: string;
  /** Undefined for all records of the type. */
  readonly chosen: ReadonlySet<string> | undefined;
  readonly onChange: (chosen: ReadonlySet<string> | undefined) => void;
};

/** Chooses between all records of the type, and some of them. */
export function RunRecordsField({ type, chosen, onChange }: RecordsFieldProps) {
  return (
    <>
      <Select
        label="Records"
        value={chosen ? "chosen" : "all"}
        options={[
          { value: "all", label: "All of this type" },
          { value: "chosen", label: "Chosen records" },
        ]}
        onChange={({ target }) => onChange(target.value === "chosen" ? new Set() : undefined)}
      />
      {chosen && <ChosenRecordsField key={type} type={type} chosen={chosen} onChange={onChange} />}
    </>
  );
}

/** Chooses records of the type by their names. */
export function ChosenRecordsField({ type, chosen, onChange }: ChosenRecordsFieldProps) {
  const [text, setText] = useState("");
  const [search, setSearch] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const list = useInfiniteQuery({
    ...recordQueries.list({ type, search: search.trim() || undefined }),
    placeholderData: keepPreviousData,
  });
  const records = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <div className="flex flex-col gap-2">
      <SearchField
        label="Search records"
        value={text}
        onValueChange={(next) => {
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => setSearch(next), DEBOUNCE_MS);
        }}
      />
      {records.length > 0 ? (
        <ul
          aria-label="Records to choose"
          className="flex max-h-56 flex-col overflow-y-auto rounded-md border border-line"
        >
          {records.map(({ id, name }) => (
            <li key={id}>
              <label className="flex min-h-8 items-center gap-2.5 px-3 text-sm hover:bg-hover pointer-coarse:min-h-11">
                <input
                  type="checkbox"
                  checked={chosen.has(id)}
                  onChange={() => toggle(id)}
                  className="size-4 shrink-0 accent-accent"
                />
                <span dir="auto" className="min-w-0 truncate">
                  {name}
                </span>
              </label>
            </li>
          ))}
          {list.hasNextPage && (
            <li className="p-1.5">
              <Button
                size="sm"
                variant="ghost"
                busy={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                {list.isFetchNextPageError ? "Couldn’t load more. Retry" : "Show more"}
              </Button>
            </li>
          )}
        </ul>
      ) : list.isSuccess ? (
        <p className="text-sm text-muted">No matching records.</p>
      ) : (
        <QueryStatusNote what="records" query={list} />
      )}
      <p role="status" className="flex min-h-7 items-center gap-2 text-xs text-muted">
        {chosen.size === 0
          ? "No records chosen."
          : `Runs on ${formatCount(chosen.size, "chosen record")} in the background.`}
        {chosen.size > 0 && (
          <Button size="sm" variant="ghost" onClick={() => onChange(new Set())}>
            Clear
          </Button>
        )}
      </p>
    </div>
  );
}
