import { useQuery } from "@tanstack/react-query";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useId, useState } from "react";
import { countDocumentChangesByKind, describeChangeCounts } from "#core/difference/count-changes.ts";
import { quoteValue } from "#core/text/quote-name.ts";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { FlowDifferenceList } from "#client/flow/change-list.tsx";
import { formatStepCount } from "#client/flow/publish-state.ts";
import { FlowPreviewLine } from "#client/flow/flow-line.tsx";
import { TagChips } from "#client/flow/tags/tag-chips.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { DisclosureButton } from "#client/ui/controls/disclosure-button.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { BrowserData } from "./browser-data.ts";
import { MAX_ROWS_SHOWN_AT_ONCE, RefusedFiles, ServerRefusals } from "./refused-files.tsx";
import { type FlowImportItem, createFlowUpdatePlanQuery, listMissingTags } from "./send-flows.ts";
import type { FlowImportState, useFlowImport } from "./use-flow-import.ts";

type FlowImportPlanProps = {
  readonly plan: FlowImportState & { readonly type: "ready" };
  readonly importing: Pick<
    ReturnType<typeof useFlowImport>,
    "choose" | "chooseForExisting" | "leaveOutBrowserData" | "skip"
  >;
};

export function FlowImportPlan({ plan, importing }: FlowImportPlanProps) {
  const { items, refused, browserData, isCompared } = plan;
  const existingCount = items.filter((item) => item.existing.length > 0).length;
  const [shown, setShown] = useState(MAX_ROWS_SHOWN_AT_ONCE);
  return (
    <div className="flex flex-col gap-4">
      {refused.length > 0 && <RefusedFiles refused={refused} />}
      <ServerRefusals plan={plan} onSkip={importing.skip} />
      {!isCompared && (
        <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
          Only the first flows of this server were compared. Some names may exist already.
        </p>
      )}
      {browserData.length > 0 && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          {describeBrowserData(browserData.map(({ data }) => data))}
          <Button size="sm" onClick={importing.leaveOutBrowserData}>
            Leave out
          </Button>
        </p>
      )}
      {existingCount > 1 && (
        <div
          role="group"
          aria-label="All flows with an existing name"
          className="flex flex-wrap items-center gap-2"
        >
          <span className="text-sm text-muted">
            {formatCount(existingCount, "name exists", "names exist")}:
          </span>
          <Button size="sm" onClick={() => importing.chooseForExisting("copy")}>
            Import all as copies
          </Button>
          <Button size="sm" onClick={() => importing.chooseForExisting("update")}>
            Update all
          </Button>
          <Button size="sm" onClick={() => importing.chooseForExisting("skip")}>
            Skip all
          </Button>
        </div>
      )}
      {items.length > 0 && (
        <ul aria-label="Flows to import" className="flex flex-col">
          {items.slice(0, shown).map((item) => (
            <PlannedFlow key={item.id} item={item} onChoose={importing.choose} />
          ))}
        </ul>
      )}
      {items.length > shown && (
        <Button size="sm" className="self-start" onClick={() => setShown(shown + MAX_ROWS_SHOWN_AT_ONCE)}>
          Show {formatNumber(Math.min(MAX_ROWS_SHOWN_AT_ONCE, items.length - shown))} of{" "}
          {formatNumber(items.length - shown)} more
        </Button>
      )}
    </div>
  );
}

function describeBrowserData(files: readonly BrowserData[]): string {
  const count = (list: (data: BrowserData) => readonly unknown[]) =>
    files.reduce((sum, data) => sum + list(data).length, 0);
  const views = formatCount(
    count((data) => data.views),
    "saved view",
  );
  const favorites = formatCount(
    count((data) => data.favorites),
    "favorite",
  );
  return `${views} and ${favorites} will be added to this browser.`;
}

type PlannedFlowProps = {
  readonly item: FlowImportItem;
  readonly onChoose: FlowImportPlanProps["importing"]["choose"];
};

function PlannedFlow({ item, onChoose }: PlannedFlowProps) {
  const { preview, existing, choice, path } = item;
  const { errorCount, warningCount, problems } = preview;
  const [isOpen, setOpen] = useState(false);
  const problemsId = useId();
  const isSkipped = choice.type === "skip";
  return (
    <li className="flex flex-col gap-2 border-b border-line py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-48 flex-1">
          <p dir="auto" className={joinClasses("truncate font-medium", isSkipped && "text-muted")}>
            {preview.name}
          </p>
          <p className="truncate text-xs text-muted">{path}</p>
          <TagChips tags={preview.tags} max={4} />
        </div>
        <span className="-ml-1 flex items-center gap-2 max-sm:w-full sm:w-70">
          <span className="flex sm:w-40">
            <FlowPreviewLine
              nodes={preview.line}
              total={preview.topLevelStepCount}
              nested={preview.stepCount - preview.topLevelStepCount}
              max={8}
            />
          </span>
          <span className="text-sm text-muted tabular-nums">
            {formatStepCount(preview.stepCount, preview.disabledStepCount)}
          </span>
        </span>
        {existing.length > 0 ? (
          <ChoiceSelect item={item} onChoose={onChoose} />
        ) : (
          <Select
            label={`Import ${preview.name}`}
            labelHidden
            className="w-full sm:w-44"
            options={[
              { value: "create", label: "Import" },
              { value: "skip", label: "Skip" },
            ]}
            value={choice.type}
            onChange={({ target }) =>
              onChoose(item.id, { type: target.value === "skip" ? "skip" : "create" })
            }
          />
        )}
      </div>
      {!isSkipped && errorCount + warningCount > 0 && (
        <div className="flex flex-col items-start gap-1 text-sm">
          <span className="flex items-center gap-1.5">
            {errorCount > 0 ? (
              <CircleAlert aria-hidden="true" className="size-4 text-danger" />
            ) : (
              <TriangleAlert aria-hidden="true" className="size-4 text-warning" />
            )}
            <DisclosureButton
              label={formatCount(errorCount + warningCount, "problem")}
              isOpen={isOpen}
              controls={problemsId}
              onToggle={() => setOpen(!isOpen)}
            />
          </span>
          {isOpen && (
            <ul id={problemsId} className="ml-5.5 list-disc pl-4 text-muted">
              {problems.map((message, index) => (
                <li key={index} className="break-words">
                  {message}
                </li>
              ))}
              {errorCount + warningCount > problems.length && (
                <li>And {formatNumber(errorCount + warningCount - problems.length)} more.</li>
              )}
            </ul>
          )}
        </div>
      )}
      {!isSkipped && preview.omittedFields.length > 0 && (
        <p className="text-sm break-words text-muted">Not imported: {listFields(preview.omittedFields)}.</p>
      )}
      {choice.type === "update" && <UpdateDifference item={item} target={choice.target} />}
    </li>
  );
}

const MAX_NAMED_FIELDS = 8;

function listFields(fields: readonly string[]): string {
  const names = fields.slice(0, MAX_NAMED_FIELDS).map((field) => quoteValue(field));
  const rest = fields.length - names.length;
  return [...names, ...(rest > 0 ? [formatCount(rest, "more field")] : [])].join(", ");
}

function ChoiceSelect({ item, onChoose }: PlannedFlowProps) {
  const { existing, choice, preview } = item;
  const value = choice.type === "update" ? choice.target.id : choice.type;
  const updateLabel = (index: number) => (index === 0 ? "Update existing" : `Update existing (${index + 1})`);
  return (
    <Select
      label={`Import ${preview.name}, which exists`}
      labelHidden
      className="w-full sm:w-44"
      options={[
        { value: "copy", label: "Import as copy" },
        ...existing.map(({ id }, index) => ({ value: id, label: updateLabel(index) })),
        { value: "skip", label: "Skip" },
      ]}
      value={value}
      onChange={({ target }) => {
        const flow = existing.find(({ id }) => id === target.value);
        if (flow) onChoose(item.id, { type: "update", target: flow });
        else onChoose(item.id, { type: target.value === "skip" ? "skip" : "copy" });
      }}
    />
  );
}

function UpdateDifference({
  item,
  target,
}: {
  readonly item: FlowImportItem;
  readonly target: FlowImportItem["existing"][number];
}) {
  const { data, error, isFetching, refetch } = useQuery(createFlowUpdatePlanQuery(item, target));
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  if (error) {
    return (
      <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-danger">
        Couldn’t load the existing flow. {describeRequestErrorForUser(error)}
        <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
          Retry
        </Button>
      </p>
    );
  }
  if (!data) return <p className="text-sm text-muted">Comparing with the existing flow…</p>;
  const { before, after, current } = data;
  const changes = findDocumentChanges(before, after);
  const tags = listMissingTags(current, item.preview.tags);
  const tagNote = tags.length > 0 && <p className="text-sm text-muted">Adds the tags {tags.join(", ")}.</p>;
  const updated = (
    <>
      , updated <RelativeTime time={current.updatedAt} />
    </>
  );
  if (changes.length === 0)
    return tagNote || <p className="text-sm text-muted">No differences from the existing flow{updated}.</p>;
  return (
    <div className="flex flex-col items-start gap-1 text-sm">
      <p className="flex flex-wrap items-center gap-x-1 text-muted">
        <DisclosureButton
          label={
            describeChangeCounts(countDocumentChangesByKind(changes)) ?? formatCount(changes.length, "change")
          }
          isOpen={isOpen}
          controls={id}
          onToggle={() => setOpen(!isOpen)}
        />
        <span>compared with the existing flow{updated}</span>
      </p>
      {tagNote}
      {isOpen && (
        <div id={id} className="w-full pl-5">
          <FlowDifferenceList label={`Changes to ${current.name}`} before={before} after={after} />
        </div>
      )}
    </div>
  );
}
