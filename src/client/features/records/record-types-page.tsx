import { Link, useRouter } from "@tanstack/react-router";
import { ChevronRight, Plus, Upload } from "lucide-react";
import { useRef, useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { findPathNavigatedBackFrom } from "#client/page/current-page.ts";
import { PageNotices } from "#client/page/page-notices.tsx";
import { UnsavedFormTextNotice } from "#client/page/unsaved-form-text-notice.tsx";
import { StepUsesButton } from "#client/flow/step-uses/step-uses-button.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { useFocusOnReturn } from "#client/ui/focus/use-keep-focus-within.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { NEW_RECORD_ID } from "./record-list-search-params.ts";
import { RecordDialogs } from "./record-dialogs.tsx";
import {
  type ChangeRecordListSearchParams,
  type RecordListSearchParams,
  createOpenRecordRemover,
  isUnsavedTextOfRecordForm,
} from "./record-list-search-params.ts";
import { RecordPageShortcuts } from "./record-shortcuts.tsx";
import { RecordsAccessGuard } from "./records-access-guard.tsx";
import { RecordsSkeleton, RecordListStatusView } from "./records-state.tsx";
import { useRecordTypes } from "#client/data/queries/use-record-types.ts";

export type RecordTypesPageProps = {
  readonly address: Pick<RecordListSearchParams, "record">;
  readonly onAddressChange: ChangeRecordListSearchParams;
  readonly onOpenType: (type: string) => void;
};

export function RecordTypesPage({ address, onAddressChange, onOpenType }: RecordTypesPageProps) {
  useDocumentTitle("Records");
  const types = useRecordTypes();
  const readOnlyReason = useMissingScope("RECORDS:WRITE");
  const [isImporting, setImporting] = useState(false);
  const links = useRef<HTMLUListElement>(null);
  const router = useRouter();
  const [left] = useState(() => findPathNavigatedBackFrom(router));
  const found = types.data;
  useFocusOnReturn(left !== undefined && found !== undefined, () => {
    // The router's path is decoded, while `href` attributes are encoded.
    const pathOf = (type: string) =>
      router.buildLocation({ to: "/records/$type", params: { type } }).pathname;
    const index = found?.findIndex(({ type }) => pathOf(type) === left) ?? -1;
    return links.current?.querySelectorAll("a")[index];
  });
  const create = () => onAddressChange((now) => ({ ...now, record: NEW_RECORD_ID }), { replace: false });
  const showSaved = ({ type }: FlowRecord) => onOpenType(type);

  return (
    <RecordsAccessGuard error={types.error} isBusy={address.record !== undefined || isImporting}>
      <div className="flex-1 pb-16">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-gutter pt-5 pb-4">
          <div className="mr-auto">
            <h1 className="text-xl font-semibold tracking-tight outline-none">Records</h1>
            <p className="text-sm text-muted">Data by type. Flows run once per record.</p>
          </div>
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
        {types.isListPartial && <OpenTypeForm onOpen={onOpenType} />}
        <div className="border-b border-line" />
        {types.data && types.data.length > 0 ? (
          <ul ref={links} aria-label="Record types">
            {types.data.map(({ type, count }) => (
              <li
                key={type}
                className="relative flex min-h-10 items-center gap-3 border-b border-line px-gutter outline-focus -outline-offset-2 hover:bg-hover/60 has-[a:focus-visible]:outline-2"
              >
                <Link
                  to="/records/$type"
                  params={{ type }}
                  dir="auto"
                  {...getTooltipProps(type, { whenTruncated: true })}
                  className="min-w-0 truncate font-medium outline-none after:absolute after:inset-0"
                >
                  {type}
                </Link>
                <span className="ml-auto min-w-0 shrink-[9999] truncate text-sm text-muted tabular-nums">
                  {count !== undefined && formatCount(count, "record")}
                </span>
                <StepUsesButton kind="recordType" name={type} className="relative z-10" />
                <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-faint" />
              </li>
            ))}
          </ul>
        ) : types.isPending ? (
          <RecordsSkeleton />
        ) : (
          <RecordListStatusView
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
        <PageNotices>
          <UnsavedFormTextNotice key={address.record} isShown={isUnsavedTextOfRecordForm} />
        </PageNotices>
      </div>
      <RecordDialogs
        type=""
        openId={address.record}
        isImporting={isImporting}
        onClose={() => {
          onAddressChange(createOpenRecordRemover(address.record), { replace: false });
        }}
        onSaved={showSaved}
        onImportClosed={() => setImporting(false)}
        returnFocus={() => document.querySelector<HTMLElement>("[data-new-record]")}
      />
      <RecordPageShortcuts page="types" />
    </RecordsAccessGuard>
  );
}

/** For an API without a list of types: the page lists only those of recently changed records. */
function OpenTypeForm({ onOpen }: { readonly onOpen: (type: string) => void }) {
  const [type, setType] = useState("");
  const [isRefused, setRefused] = useState(false);
  return (
    <form
      className="flex flex-wrap items-end gap-2 px-gutter pb-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (type.trim() === "") setRefused(true);
        else onOpen(type.trim());
      }}
    >
      <TextField
        label="Type"
        hint="The types below are from recently changed records."
        error={isRefused ? "Type is required." : undefined}
        value={type}
        onChange={({ target }) => {
          setType(target.value);
          setRefused(false);
        }}
        className="max-w-md flex-1 basis-56"
      />
      <Button type="submit" className="mb-5 self-end">
        Open
      </Button>
    </form>
  );
}
