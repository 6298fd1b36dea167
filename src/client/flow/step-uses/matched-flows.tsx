import { type KeyboardEvent, useRef } from "react";
import { Link } from "@tanstack/react-router";
import type { MatchedFlow, MatchedStep, StepMatch, StepSearchPage } from "#contract/step-search.ts";
import { findStepType } from "#contract/find-step-type.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import { StepNode } from "#client/flow/step-node.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { InlineErrorMessage } from "#client/ui/controls/error-state.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { useFocusOnReturn } from "#client/ui/focus/use-keep-focus-within.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinRowPages } from "#client/ui/rows/join-row-pages.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

/** The state of an infinite query of `stepSearchQueries`. */
export interface StepPagesQuery {
  readonly data: { readonly pages: readonly StepSearchPage[] } | undefined;
  readonly error: Error | null;
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => unknown;
  readonly refetch: () => unknown;
}

/** Joins the pages, without the flows whose deletion is pending. */
export function useMatchedFlows({ data }: StepPagesQuery) {
  const pages = (data?.pages ?? []).map((page) => ({
    data: page.data,
    pagination: { ...page.pagination, hasPrev: false, currentOffset: 0 },
  }));
  return joinRowPages(pages, useIdsOfPendingDeletions());
}

type MatchedFlowListProps = {
  readonly label: string;
  readonly query: StepPagesQuery;
  readonly flows: readonly MatchedFlow[];
  /** Whether the page itself names what matches, so that each step need not repeat it. */
  readonly isNamed?: boolean;
  /** Called when the user follows a link to a flow or step. */
  readonly onOpen?: () => void;
  /** Location of the editor that the user has just left by Back; the link to this location gets the focus. */
  readonly left?: LeftLocation | undefined;
};

interface LeftLocation {
  readonly pathname: string;
  readonly search: { readonly step?: unknown };
}

export function MatchedFlowList(props: MatchedFlowListProps) {
  const { label, query, flows, isNamed = false, onOpen, left } = props;
  const list = useRef<HTMLUListElement>(null);
  useFocusOnReturn(left !== undefined && flows.length > 0, () => {
    const index = flows.findIndex(({ id }) => left?.pathname.split("/")[2] === id);
    // The first link of an item opens the flow; it gets the focus if the step is not listed (`step` is -1).
    const step = flows[index]?.steps.findIndex(({ key }) => key === left?.search.step) ?? -1;
    return list.current?.children[index]?.querySelectorAll("a")[step + 1];
  });
  return (
    <>
      <StepIndexNotice pages={query.data?.pages ?? []} />
      {flows.length > 0 && (
        <ul
          ref={list}
          aria-label={label}
          // Lets the arrow keys enter the list from the search field of the page.
          data-active=""
          onKeyDown={moveFocusByArrowKeys}
          onClick={(event) => {
            if (event.target instanceof Element && event.target.closest("a")) onOpen?.();
          }}
          className="divide-y divide-line"
        >
          {flows.map((flow) => (
            <FlowItem key={flow.id} flow={flow} isNamed={isNamed} />
          ))}
        </ul>
      )}
      {query.error && query.data && (
        <InlineErrorMessage
          text={`Couldn’t load more flows. ${describeRequestErrorForUser(query.error)}`}
          retrying={query.isFetching}
          onRetry={query.isFetchNextPageError ? query.fetchNextPage : query.refetch}
          className="my-2 rounded-md"
        />
      )}
      {query.hasNextPage && !query.error && (
        <div className="py-3">
          <Button size="sm" busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {flows.length > 0 ? "Show more flows" : "Search older flows"}
          </Button>
        </div>
      )}
    </>
  );
}

/** Says what the index of the server does not cover. */
function StepIndexNotice({ pages }: { readonly pages: readonly StepSearchPage[] }) {
  const last = pages.at(-1);
  if (!last) return null;
  const { complete, pendingFlows, partialFlows } = last.index;
  const notes = [
    ...(complete ? [] : [`Indexing: ${formatCount(pendingFlows, "flow")} not searched yet.`]),
    ...(partialFlows > 0
      ? [
          `The variables and secrets of ${formatCount(partialFlows, "flow")} are not searched: their texts are too long.`,
        ]
      : []),
    ...(pages.some(({ narrowed }) => narrowed) ? ["Many words match. Type more to search all of them."] : []),
  ];
  return (
    <div role="status" className="flex flex-col gap-1 text-sm text-muted">
      {notes.map((note) => (
        <p key={note} className="pt-2">
          {note}
        </p>
      ))}
    </div>
  );
}

function FlowItem({ flow, isNamed }: { readonly flow: MatchedFlow; readonly isNamed: boolean }) {
  const { id, name, steps, matchedStepCount, totalStepCount, status } = flow;
  const more = matchedStepCount - steps.length;
  return (
    <li className="flex flex-col gap-0.5 py-2">
      <div className="flex min-w-0 items-baseline gap-3">
        <Link
          to="/flows/$flowId"
          params={{ flowId: id }}
          dir="auto"
          data-row-link=""
          {...getTooltipProps(name, { whenTruncated: true })}
          className="min-w-0 truncate rounded-sm font-medium hover:underline"
        >
          {name}
        </Link>
        <span className="ml-auto shrink-0 text-xs text-muted tabular-nums">
          {`${formatNumber(matchedStepCount)} of ${formatCount(totalStepCount, "step")}${status === "draft" ? " · Draft" : ""}`}
        </span>
      </div>
      <ul aria-label={`Matching steps of ${name}`} className="-mx-2 flex flex-col">
        {steps.map((step) => (
          <li key={step.key}>
            <Link
              to="/flows/$flowId"
              params={{ flowId: id }}
              search={{ step: step.key }}
              className="focus-inset flex min-h-8 min-w-0 flex-wrap items-center gap-x-2 gap-y-1 rounded-md px-2 py-1 text-sm hover:bg-hover pointer-coarse:min-h-10"
            >
              <StepNode type={step.type} enabled={step.enabled} size="sm" />
              <span dir="auto" className="max-w-full min-w-0 truncate">
                {step.enabled ? step.name : `${step.name} (off)`}
              </span>
              {isNamed ? <VariableAccess step={step} /> : <StepMatches step={step} />}
            </Link>
          </li>
        ))}
        {more > 0 && <li className="px-2 text-sm text-muted">{`and ${formatCount(more, "more step")}`}</li>}
      </ul>
    </li>
  );
}

/** Says whether the step reads or sets the variable that the page names. */
function VariableAccess({ step: { matches } }: { readonly step: MatchedStep }) {
  const variable = matches.find(({ kind }) => kind === "variable");
  return variable && <span className="text-xs text-muted">{describeMatch(variable)}</span>;
}

const MAX_MATCHES = 3;

function StepMatches({ step: { type, matches } }: { readonly step: MatchedStep }) {
  const shown = matches.filter(({ kind }) => kind !== "name").slice(0, MAX_MATCHES);
  return shown.map((match) => (
    <span
      key={`${match.kind} ${match.name}`}
      className="flex max-w-full min-w-0 items-center gap-1.5 text-xs text-muted"
    >
      {describeMatch(match)}
      {match.kind === "stepType" ? (
        <span>{findStepType(type)?.label ?? type}</span>
      ) : (
        <CodeChip text={match.name} className="max-w-48" />
      )}
    </span>
  ));
}

function describeMatch({ kind, access }: StepMatch): string {
  switch (kind) {
    case "variable":
      if (access === "both") return "reads and sets";
      return access === "sets" ? "sets" : "reads";
    case "model":
      return "model";
    case "secret":
      return "secret";
    case "recordType":
      return "record type";
    case "stepType":
      return "type";
    case "name":
      return "";
  }
}

/** Moves the focus among the links of a list by arrow keys, Home and End. */
function moveFocusByArrowKeys(event: KeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll("a")];
  const at = links.findIndex((link) => link === document.activeElement);
  if (at === -1 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
}
