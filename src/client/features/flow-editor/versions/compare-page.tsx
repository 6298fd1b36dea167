import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { ViewHeading } from "#client/features/flow-editor/view-heading.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { Tabs } from "#client/ui/tabs.tsx";
import { ComparedFlows } from "./compared-flows.tsx";
import { pairSides } from "./pair-sides.ts";
import { SideSelect, useSideOptions } from "./side-select.tsx";
import { type SideState, useSide } from "./use-side.ts";
import { type Comparison, toCompareSearch } from "./versions-address.ts";

type ComparePageProps = {
  readonly flowId: string;
  readonly comparison: Comparison;
  /** It was come to from another view of this tab, whose focused part is gone. */
  readonly takesFocus: boolean;
};

const views = [
  { id: "words", label: "In words" },
  { id: "json", label: "As JSON" },
] as const;

/** Any two of what stands on the page, what is saved, what is live, and the versions, against each other. */
export function ComparePage({ flowId, comparison, takesFocus }: ComparePageProps) {
  const { from, to, isJson } = comparison;
  const navigate = useNavigate();
  const options = useSideOptions(flowId);
  const [before, after] = [useSide(flowId, from), useSide(flowId, to)];

  const show = (change: Partial<Comparison>) =>
    void navigate({
      to: "/flows/$flowId/versions/compare",
      params: { flowId },
      search: (now) => ({ ...keepStep(now), ...toCompareSearch({ ...comparison, ...change }) }),
      // Of two ways to look at the same, one entry of the history is enough.
      replace: change.isJson !== undefined,
      resetScroll: false,
    });

  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-3 py-2 sm:px-4">
        <div className="flex items-center gap-2 max-sm:basis-full">
          <ViewHeading {...{ flowId, takesFocus }} list="versions">
            Compare
          </ViewHeading>
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
      <div className="shrink-0 px-3 pt-1 sm:px-4">
        <Tabs
          label="How to compare"
          tabs={views}
          selected={isJson ? "json" : "words"}
          onSelect={(id) => show({ isJson: id === "json" })}
        />
      </div>
      <Difference {...{ flowId, before, after, isJson }} isSame={from === to} />
    </>
  );
}

type DifferenceProps = {
  readonly flowId: string;
  readonly before: SideState;
  readonly after: SideState;
  readonly isJson: boolean;
  readonly isSame: boolean;
};

function Difference({ flowId, before, after, isJson, isSame }: DifferenceProps): ReactNode {
  if (isSame) {
    return (
      <EmptyState
        title="The same on both sides"
        text="Choose another version on one of the sides to see what differs."
      />
    );
  }
  const missing = [before, after].find((side) => side.type === "missing");
  if (missing) return <MissingSide flowId={flowId} {...missing} />;
  if (before.type !== "ready" || after.type !== "ready")
    return <SkeletonRows label="Loading what is compared" rows={6} />;
  return <ReadySides {...{ before, after, isJson }} />;
}

type Ready = SideState & { readonly type: "ready" };
type ReadySidesProps = { readonly before: Ready; readonly after: Ready; readonly isJson: boolean };

function ReadySides({ before, after, isJson }: ReadySidesProps) {
  const pair = useMemo(() => pairSides(before.content, after.content), [before.content, after.content]);
  const isInexact = before.isInexact || after.isInexact;
  return (
    <ComparedFlows {...pair} {...{ isJson, isInexact }} beforeName={before.name} afterName={after.name} />
  );
}

type MissingSideProps = {
  readonly flowId: string;
  readonly text: string;
  readonly isRetrying?: boolean;
  readonly onRetry?: () => void;
};

/** What is asked for is not there: says why, and leads to what is. */
function MissingSide({ flowId, text, isRetrying = false, onRetry }: MissingSideProps) {
  const link = "inline-flex h-8 items-center px-3 text-sm font-medium text-accent";
  return (
    <ErrorState
      title="This cannot be compared"
      text={text}
      {...(onRetry && { onRetry, retrying: isRetrying })}
      action={
        <>
          <Link
            to="/flows/$flowId/versions/compare"
            params={{ flowId }}
            search={(now) => ({ ...keepStep(now), from: "saved" })}
            className={link}
          >
            Compare what is saved with the editor
          </Link>
          <Link to="/flows/$flowId/versions" params={{ flowId }} search={keepStep} className={link}>
            All versions
          </Link>
        </>
      }
    />
  );
}
