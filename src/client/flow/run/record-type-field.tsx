import { Link } from "@tanstack/react-router";
import { useId, useLayoutEffect, useRef } from "react";
import { MAX_IMMEDIATELY_RUN_RECORDS } from "#contract/run.ts";
import { truncateNameToOneLine } from "#core/text/quote-name.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { QueryStatusNote } from "#client/page/query-status-note.tsx";
import { buttonColorClasses } from "#client/ui/controls/button.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { RecordTypeChoice } from "./use-record-type.ts";

type RecordTypeFieldProps = {
  readonly choice: RecordTypeChoice;
  readonly onLeave: () => void;
};

export function RecordTypeField({ choice, onLeave }: RecordTypeFieldProps) {
  const listId = useId();
  const { types, known, type, count, choose, isPreselected } = choice;
  const field = useRef<HTMLInputElement>(null);
  // The type may arrive when the field has the focus: typing must replace it, not continue it.
  useLayoutEffect(() => {
    if (isPreselected && field.current === document.activeElement) field.current?.select();
  }, [isPreselected]);
  if (types.isListPartial) {
    return (
      <>
        <TextField
          label="Record type"
          ref={field}
          data-autofocus=""
          dir="auto"
          list={listId}
          value={type ?? ""}
          hint={choice.chosen ? undefined : describeScope(undefined)}
          warning={
            types.error
              ? `Couldn’t load record types. ${describeRequestErrorForUser(types.error)}`
              : undefined
          }
          onChange={({ target }) => choose(target.value)}
        />
        <datalist id={listId}>
          {known.map((one) => (
            <option key={one.type} value={one.type}>
              {one.type}
            </option>
          ))}
        </datalist>
      </>
    );
  }
  if (types.data && known.length === 0) return <NoRecords onLeave={onLeave} />;
  if (types.error && known.length === 0) return <QueryStatusNote what="record types" query={types} />;
  return (
    <Select
      label="Record type"
      data-autofocus=""
      value={type ?? ""}
      options={[
        ...(type === undefined
          ? [{ value: "", label: types.data ? "Choose a record type" : "Counting records…" }]
          : []),
        ...known.map((one) => ({
          value: one.type,
          label: `${truncateNameToOneLine(one.type)} (${formatNumber(one.count ?? 0)})`,
        })),
      ]}
      onChange={({ target }) => choose(target.value)}
      hint={type === undefined || choice.chosen ? undefined : describeScope(count)}
    />
  );
}

function NoRecords({ onLeave }: { readonly onLeave: () => void }) {
  return (
    <EmptyState
      headingLevel={3}
      title="No records yet"
      text="Create or import records, then run the flow on them. Use Try it in the editor to run it without a record."
      action={
        <Link
          to="/records"
          onClick={onLeave}
          className={joinClasses(
            "inline-flex h-8 items-center rounded-md px-3 text-sm font-medium pointer-coarse:h-10",
            buttonColorClasses.secondary,
          )}
        >
          Go to records
        </Link>
      }
    />
  );
}

function describeScope(count: number | undefined): string {
  const most = formatNumber(MAX_IMMEDIATELY_RUN_RECORDS);
  if (count === undefined)
    return `Runs on all records of this type: up to ${most} at once, more in the background.`;
  const records = formatCount(count, "record");
  if (count > MAX_IMMEDIATELY_RUN_RECORDS)
    return `Runs on ${records} in the background. You can close this page.`;
  return count === 1 ? `Runs on ${records}.` : `Runs on ${records} in parallel.`;
}
