import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useMemo, useRef } from "react";
import { parseDocumentOfServerVersion } from "#client/document/remote/flow-version.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { Tabs } from "#client/ui/controls/tabs.tsx";
import type { FlowVersionListItem } from "#contract/flow-version.ts";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { Select } from "#client/ui/controls/select.tsx";
import {
  parseComparisonSides,
  type ComparisonSideLoadState,
  useComparisonSide,
  useVersionList,
} from "./use-version-list.ts";
import {
  type VersionComparison,
  isDefaultVersionComparison,
  isDefaultVersionComparisonUrl,
  toComparisonSearchParams,
  type ComparisonSideReference,
} from "./versions-tab-route.ts";
import { capitalize } from "#client/ui/format/capitalize.ts";
import { ComparedFlows } from "./compared-flows.tsx";
import { describeVersionType, formatVersionName } from "./version-badges.tsx";
import { VersionsHeading } from "./versions-heading.tsx";

type ComparePageProps = {
  readonly flowId: string;
  readonly comparison: VersionComparison;
  readonly takesFocus: boolean;
};

const views = [
  { id: "words", label: "Summary" },
  { id: "json", label: "JSON" },
] as const;

export function ComparePage({ flowId, comparison, takesFocus }: ComparePageProps) {
  const { from, to, isJson } = comparison;
  const navigate = useNavigate();
  const router = useRouter();
  const options = useSideOptions(flowId);
  const [before, after] = [useComparisonSide(flowId, from), useComparisonSide(flowId, to)];

  const show = (change: Partial<VersionComparison>, isReplacing = change.isJson !== undefined) =>
    void navigate({
      to: "/flows/$flowId/versions/compare",
      params: { flowId },
      search: (now) => ({
        ...keepOnlyStepSearchParam(now),
        ...toComparisonSearchParams({ ...comparison, ...change }),
      }),
      replace: isReplacing,
      resetScroll: false,
    });
  useInitialSides(flowId, { comparison, before, after }, (sides) => {
    const { pathname } = router.buildLocation({ to: "/flows/$flowId/versions/compare", params: { flowId } });
    // During a navigation, this page stays mounted until the next page is loaded.
    if (isDefaultVersionComparisonUrl(router.latestLocation, pathname)) show(sides, true);
  });

  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-gutter py-2">
        <div className="flex items-center gap-2 max-sm:basis-full">
          <VersionsHeading flowId={flowId} takesFocus={takesFocus}>
            Compare
          </VersionsHeading>
        </div>
        <SideSelect
          label="From"
          value={from}
          state={before}
          options={options}
          onChange={(side) => show({ from: side })}
        />
        <IconButton label="Swap" icon={ArrowLeftRight} onClick={() => show({ from: to, to: from })} />
        <SideSelect
          label="To"
          value={to}
          state={after}
          options={options}
          onChange={(side) => show({ to: side })}
        />
      </div>
      <div className="shrink-0 px-gutter pt-1">
        <Tabs
          label="View"
          tabs={views}
          selected={isJson ? "json" : "words"}
          onSelect={(id) => show({ isJson: id === "json" })}
        />
      </div>
      <Difference flowId={flowId} before={before} after={after} isJson={isJson} isSame={from === to} />
    </>
  );
}

interface OpenSides {
  readonly comparison: VersionComparison;
  readonly before: ComparisonSideLoadState;
  readonly after: ComparisonSideLoadState;
}

/** Finds a pair that differs, only once: a later choice of the user must stay. */
function useInitialSides(
  flowId: string,
  { comparison, before, after }: OpenSides,
  onFound: (sides: InitialSides) => void,
): void {
  const { rows, isLoading } = useVersionList(flowId, undefined);
  const openFlow = useOpenFlow();
  const isOpening = useRef(isDefaultVersionComparison(comparison));
  const isDefault = isDefaultVersionComparison(comparison);
  const reportFound = useEffectEvent(onFound);
  useEffect(() => {
    if (!isDefault) isOpening.current = false;
    if (!isOpening.current) return;
    const state = openFlow.getState();
    const { isDecided, sides } = findInitialVersionsToCompare({
      live: before,
      editor: after,
      saved: parseDocumentOfServerVersion(state),
      document: state.history.document,
      versions: isLoading ? undefined : rows,
    });
    isOpening.current = !isDecided;
    if (sides) reportFound(sides);
  }, [openFlow, isDefault, before, after, rows, isLoading]);
}

type DifferenceProps = {
  readonly flowId: string;
  readonly before: ComparisonSideLoadState;
  readonly after: ComparisonSideLoadState;
  readonly isJson: boolean;
  readonly isSame: boolean;
};

function Difference({ flowId, before, after, isJson, isSame }: DifferenceProps): ReactNode {
  if (isSame) {
    return <EmptyState title="Same version on both sides" text="Choose another version to compare." />;
  }
  const missing = [before, after].find((side) => side.type === "missing");
  if (missing) return <MissingSide flowId={flowId} {...missing} />;
  if (before.type !== "ready" || after.type !== "ready")
    return <SkeletonRows label="Loading versions" rows={6} />;
  return <ReadySides before={before} after={after} isJson={isJson} />;
}

type Ready = ComparisonSideLoadState & { readonly type: "ready" };
type ReadySidesProps = { readonly before: Ready; readonly after: Ready; readonly isJson: boolean };

function ReadySides({ before, after, isJson }: ReadySidesProps) {
  const pair = useMemo(
    () => parseComparisonSides(before.content, after.content),
    [before.content, after.content],
  );
  const isInexact = before.isInexact || after.isInexact;
  return (
    <ComparedFlows
      {...pair}
      isJson={isJson}
      isInexact={isInexact}
      beforeName={before.name}
      afterName={after.name}
    />
  );
}

type MissingSideProps = {
  readonly flowId: string;
  readonly text: string;
  readonly isRetrying?: boolean;
  readonly onRetry?: () => void;
};

function MissingSide({ flowId, text, isRetrying = false, onRetry }: MissingSideProps) {
  const link = "inline-flex h-8 items-center px-3 text-sm font-medium text-accent";
  return (
    <ErrorState
      title="Couldn’t compare"
      text={text}
      {...(onRetry && { onRetry, retrying: isRetrying })}
      action={
        <>
          <Link
            to="/flows/$flowId/versions/compare"
            params={{ flowId }}
            search={(now) => ({ ...keepOnlyStepSearchParam(now), from: "saved" })}
            className={link}
          >
            Compare saved draft with current edits
          </Link>
          <Link
            to="/flows/$flowId/versions"
            params={{ flowId }}
            search={keepOnlyStepSearchParam}
            className={link}
          >
            All versions
          </Link>
        </>
      }
    />
  );
}

interface Opening {
  readonly live: ComparisonSideLoadState;
  readonly editor: ComparisonSideLoadState;
  readonly saved: FlowDocument;
  readonly document: FlowDocument;
  readonly versions: readonly Pick<FlowVersionListItem, "id" | "versionType">[] | undefined;
}

type InitialSides = Pick<VersionComparison, "from" | "to">;

/**
 * Finds the first pair that differs: the live version and the editor, the saved flow and the editor, else the
 * last two versions. If `isDecided` is false, data are still loading: call again. If `sides` is undefined, use
 * the default pair: the live version and the editor.
 */
export function findInitialVersionsToCompare({ live, editor, saved, document, versions }: Opening): {
  readonly isDecided: boolean;
  readonly sides?: InitialSides;
} {
  if (live.type === "loading" || editor.type === "loading") return { isDecided: false };
  // Keeps the default sides after a failed read, so that the page shows the error with its Retry button.
  if (live.type === "missing" && live.onRetry) return { isDecided: true };
  if (live.type === "ready" && editor.type === "ready") {
    const { before, after } = parseComparisonSides(live.content, editor.content);
    if (findDocumentChanges(before, after).length > 0) return { isDecided: true };
  }
  if (!isDocumentUnchangedForSave(saved, document))
    return { isDecided: true, sides: { from: "saved", to: "editor" } };
  if (!versions) return { isDecided: false };
  // Skips the draft version, because it equals the saved flow, which was already compared with the editor.
  const [last, before] = versions.filter(({ versionType }) => versionType !== "draft");
  if (!last || !before) return { isDecided: true };
  return { isDecided: true, sides: { from: before.id, to: last.id } };
}

/** Maximum number of versions to choose from; an older version can be compared from its row or its page. */
const MAX_OPTIONS = 1000;

type SideOption = { readonly value: ComparisonSideReference; readonly label: string };

function useSideOptions(flowId: string): readonly SideOption[] {
  const { rows, publishedVersionId, isComplete, readMore } = useVersionList(flowId, undefined);
  const isEnough = isComplete || rows.length >= MAX_OPTIONS;
  // Runs after every render, because each loaded page may show that the next page is needed.
  useEffect(() => {
    if (!isEnough) readMore();
  });
  return useMemo(
    () => [
      { value: "editor", label: "Current edits" },
      { value: "saved", label: "Saved draft" },
      { value: "published", label: "Live" },
      ...rows.map((version) => ({
        value: version.id,
        label: describeOption(version, version.id === publishedVersionId),
      })),
    ],
    [rows, publishedVersionId],
  );
}

function describeOption(version: FlowVersionListItem, isLive: boolean): string {
  const type = isLive
    ? "live"
    : version.versionType === "published"
      ? ""
      : describeVersionType(version.versionType);
  return [formatVersionName(version), type, version.label?.slice(0, 60)].filter(Boolean).join(" · ");
}

type SideSelectProps = {
  readonly label: string;
  readonly value: ComparisonSideReference;
  readonly state: ComparisonSideLoadState;
  readonly options: readonly SideOption[];
  readonly onChange: (side: ComparisonSideReference) => void;
};

function SideSelect({ label, value, state, options, onChange }: SideSelectProps) {
  const isListed = options.some((option) => option.value === value);
  const unlisted = state.type === "ready" ? capitalize(state.name) : "Another version";
  return (
    <span className="flex min-w-0 flex-1 basis-56 items-center gap-2 sm:max-w-88">
      <span aria-hidden="true" className="w-9 shrink-0 text-sm text-muted sm:w-auto">
        {label}
      </span>
      <Select
        label={label}
        labelHidden
        options={isListed ? options : [...options, { value, label: unlisted }]}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="flex-1"
      />
    </span>
  );
}
