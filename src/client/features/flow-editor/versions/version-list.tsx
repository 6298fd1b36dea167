import { Link, useNavigate } from "@tanstack/react-router";
import { GitCompareArrows } from "lucide-react";
import { useRef } from "react";
import { VERSION_TYPES, type VersionType } from "#client/data/version-queries.ts";
import { NetworkError, describeError } from "#client/data/api-error.ts";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { countFound } from "#client/features/flow-editor/read-rows.ts";
import { Button, buttonColours } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ErrorLine, ErrorState } from "#client/ui/error-state.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { Select } from "#client/ui/select.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { useFoundNews } from "#client/ui/use-found-news.ts";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { describeVersionType } from "./describe-version.ts";
import type { VersionCommands } from "./use-version-commands.ts";
import { type VersionList as List, useVersionList } from "./use-version-list.ts";
import { VERSION_COLUMNS } from "./version-row.tsx";
import { VersionRows } from "./version-rows.tsx";

type VersionListProps = {
  readonly flowId: string;
  readonly filter: VersionType | undefined;
  readonly commands: VersionCommands;
  readonly startAt: string | undefined;
};

const types = [
  { value: "", label: "All types" },
  ...VERSION_TYPES.map((type) => ({ value: type, label: describeVersionType(type) })),
];

/** All versions of the flow, and the way to compare any two. */
export function VersionList({ flowId, filter, commands, startAt }: VersionListProps) {
  const list = useVersionList(flowId, filter);
  const navigate = useNavigate();
  const isNarrow = useMediaQuery("(max-width: 1023px)");
  const head = useRef<HTMLDivElement>(null);
  useFoundNews({ noun: "version", question: filter, ...countFound(list) });
  const show = (type: VersionType | undefined) =>
    void navigate({
      to: "/flows/$flowId/versions",
      params: { flowId },
      search: (now) => ({ ...keepStep(now), ...(type && { type }) }),
      resetScroll: false,
    });
  return (
    <>
      <div ref={head} className="flex items-center gap-2 border-b border-line px-3 py-2 sm:px-4">
        <h2 className="mr-auto font-semibold">Versions</h2>
        <Select
          label="Type"
          labelHidden
          options={types}
          value={filter ?? ""}
          onChange={({ target }) => show(VERSION_TYPES.find((type) => type === target.value))}
          className="w-36"
        />
        <Link
          to="/flows/$flowId/versions/compare"
          params={{ flowId }}
          search={keepStep}
          resetScroll={false}
          className={joinClasses(
            "inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-3 text-sm font-medium pointer-coarse:h-10",
            buttonColours.secondary,
          )}
        >
          <GitCompareArrows aria-hidden="true" className="-ml-0.5 size-4" />
          Compare
        </Link>
      </div>
      {list.rows.length > 0 ? (
        <>
          {!isNarrow && <Headings />}
          <VersionRows key={filter} {...{ flowId, list, isNarrow, commands, startAt }} />
          <ListTrouble list={list} />
        </>
      ) : list.isLoading && !list.error ? (
        <SkeletonRows label="Loading the versions" rows={8} />
      ) : (
        <NoVersions
          list={list}
          filter={filter}
          onShowAll={() => {
            show(undefined);
            // The button goes with the state it belongs to; the filter stays.
            head.current?.querySelector("select")?.focus();
          }}
        />
      )}
    </>
  );
}

/** What the columns are, for the eye: to everyone else each row says it in its own words. */
function Headings() {
  return (
    <div
      aria-hidden="true"
      className="grid h-8 shrink-0 items-center gap-x-4 border-b border-line px-4 text-xs text-muted"
      style={{ gridTemplateColumns: VERSION_COLUMNS }}
    >
      <span>Version</span>
      <span>Type</span>
      <span>Label and notes</span>
      <span>Since the one before</span>
      <span className="text-right">Steps</span>
      <span className="text-right">Made</span>
    </div>
  );
}

type NoVersionsProps = {
  readonly list: List;
  readonly filter: VersionType | undefined;
  readonly onShowAll: () => void;
};

function NoVersions({ list, filter, onShowAll }: NoVersionsProps) {
  if (list.error) {
    return (
      <ErrorState
        title="The versions could not be read"
        text={describeListError(list.error)}
        retrying={list.isFetching}
        onRetry={list.retry}
      />
    );
  }
  if (filter) {
    return (
      <EmptyState
        title="No version of this type"
        text={`This flow has no version of the type “${describeVersionType(filter)}”.`}
        action={<Button onClick={onShowAll}>Show all versions</Button>}
      />
    );
  }
  return (
    <EmptyState
      title="No versions yet"
      text="Publishing makes a version: what runs from then on, kept as it is for good."
    />
  );
}

/** Below rows that could not be brought up to date, or added to. */
function ListTrouble({ list }: { readonly list: List }) {
  if (!list.error) return null;
  return (
    <ErrorLine
      text={`There may be more versions. ${describeListError(list.error)}`}
      retrying={list.isFetching}
      onRetry={list.retry}
      className="border-t border-line sm:px-4"
    />
  );
}

function describeListError(error: Error): string {
  if (error instanceof NetworkError)
    return "The server cannot be reached. The versions are safe there; check that it is running, then try again.";
  return describeError(error);
}
