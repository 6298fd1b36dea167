import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight, Plus, Upload } from "lucide-react";
import { useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { Button } from "#client/ui/button.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { OpenTypeForm } from "./open-type-form.tsx";
import { RecordParts } from "./record-parts.tsx";
import { NEW_RECORD, type RecordsSearch } from "./records-address.ts";
import { RecordsGate, useReadOnlyReason } from "./records-gate.tsx";
import { RecordsSkeleton, RecordsState } from "./records-state.tsx";
import { useRecordTypes } from "./use-record-types.ts";

export type RecordTypesPageProps = {
  readonly address: Pick<RecordsSearch, "record">;
  readonly onAddressChange: (address: Pick<RecordsSearch, "record">) => void;
  readonly onOpenType: (type: string) => void;
};

/** The types of records there are. */
export function RecordTypesPage({ address, onAddressChange, onOpenType }: RecordTypesPageProps) {
  useDocumentTitle("Records");
  const { data: server } = useQuery(capabilityQueries.current());
  const types = useRecordTypes();
  const readOnlyReason = useReadOnlyReason();
  const [isImporting, setImporting] = useState(false);
  const create = () => onAddressChange({ record: NEW_RECORD });
  const showSaved = ({ type }: FlowRecord) => onOpenType(type);
  const isCloud = server?.mode === "cloud";

  return (
    <RecordsGate error={types.error} isBusy={address.record !== undefined || isImporting}>
      <div className="mx-auto w-full max-w-7xl flex-1 pb-16">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 pt-5 pb-3 sm:px-4">
          <h1 className="mr-auto text-xl font-semibold tracking-tight outline-none">Records</h1>
          <Button icon={Upload} disabledReason={readOnlyReason} onClick={() => setImporting(true)}>
            Import
          </Button>
          <Button
            variant="primary"
            icon={Plus}
            data-new-record=""
            disabledReason={readOnlyReason}
            onClick={create}
          >
            New record
          </Button>
        </div>
        {isCloud && <OpenTypeForm onOpen={onOpenType} />}
        <div className="border-b border-line" />
        {types.data && types.data.length > 0 ? (
          <ul aria-label="Record types">
            {types.data.map(({ type, count }) => (
              <li
                key={type}
                className="relative flex min-h-10 items-center gap-3 border-b border-line px-3 hover:bg-hover/60 sm:px-4"
              >
                <Link
                  to="/records/$type"
                  params={{ type }}
                  dir="auto"
                  {...tooltip(type, { whenTruncated: true })}
                  className="focus-inset min-w-0 truncate font-medium after:absolute after:inset-0"
                >
                  {type}
                </Link>
                <span className="ml-auto shrink-0 text-sm text-muted tabular-nums">
                  {count !== undefined && formatCount(count, "record")}
                </span>
                <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-faint" />
              </li>
            ))}
          </ul>
        ) : types.isPending ? (
          <RecordsSkeleton />
        ) : (
          <RecordsState
            list={{
              error: types.error,
              isRetrying: types.isFetching,
              retry: () => void types.refetch(),
            }}
            type={undefined}
            search={undefined}
            readOnlyReason={readOnlyReason}
            onCreate={create}
            onImport={() => setImporting(true)}
          />
        )}
      </div>
      <RecordParts
        type=""
        openId={address.record}
        isImporting={isImporting}
        onClose={() => onAddressChange({})}
        onSaved={showSaved}
        onImportClosed={() => setImporting(false)}
        returnFocus={() => document.querySelector<HTMLElement>("[data-new-record]")}
      />
    </RecordsGate>
  );
}
