import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { ListTree } from "lucide-react";
import { useState } from "react";
import { describeRequestErrorForUser, isRetryableError } from "#client/data/api/api-error.ts";
import { stepSearchQueries } from "#client/data/queries/step-search-queries.ts";
import { findPathNavigatedBackFrom } from "#client/page/current-page.ts";
import { MatchedFlowList, useMatchedFlows } from "#client/flow/step-uses/matched-flows.tsx";
import { useAnnounceSearchResults } from "#client/ui/announce/announcer.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { quoteName } from "#core/text/quote-name.ts";

type StepSearchSwitchProps = { readonly isOn: boolean; readonly onToggle: () => void };

export function StepSearchSwitch({ isOn, onToggle }: StepSearchSwitchProps) {
  return (
    <Button
      variant={isOn ? "secondary" : "ghost"}
      icon={ListTree}
      aria-pressed={isOn}
      onClick={onToggle}
      className={joinClasses("max-sm:basis-full", isOn && "text-accent!")}
    >
      Search in steps
    </Button>
  );
}

const MIN_CHARACTERS = 2;

type StepSearchResultsProps = {
  readonly search: string | undefined;
  readonly onSearchNames: () => void;
};

export function StepSearchResults({ search = "", onSearchNames }: StepSearchResultsProps) {
  const isLongEnough = (search.match(/[\p{L}\p{N}]/gu) ?? []).length >= MIN_CHARACTERS;
  const query = useInfiniteQuery({
    ...stepSearchQueries.search(search),
    placeholderData: keepPreviousData,
    enabled: isLongEnough,
  });
  const { rows } = useMatchedFlows(query);
  const count = rows.length;
  const router = useRouter();
  // Read on mount, because the results may load only after the navigation has ended.
  const [left] = useState(() =>
    findPathNavigatedBackFrom(router) === undefined ? undefined : router.state.resolvedLocation,
  );
  const isLoaded = query.isSuccess && !query.isPlaceholderData;
  useAnnounceSearchResults({
    noun: "flow",
    question: isLongEnough ? search : undefined,
    isLoaded,
    count,
    hasMore: query.hasNextPage,
  });
  if (!isLongEnough)
    return <EmptyState title="Keep typing" text="Search in steps needs at least two letters or digits." />;
  if (!query.data) {
    if (!query.error) return <SkeletonRows label="Searching the steps" rows={8} />;
    return (
      <ErrorState
        title="Couldn’t search the steps"
        text={describeRequestErrorForUser(query.error)}
        retrying={query.isFetching}
        {...(isRetryableError(query.error) && { onRetry: () => void query.refetch() })}
        action={<Button onClick={onSearchNames}>Search names</Button>}
      />
    );
  }
  return (
    <div className="px-gutter" aria-busy={query.isPlaceholderData}>
      <MatchedFlowList label="Flows with matching steps" flows={rows} query={query} left={left} />
      {isLoaded && count === 0 && !query.hasNextPage && (
        <EmptyState
          title="No matching steps"
          text={`No flow has a step with ${quoteName(search)} in its name, type, variables, model, secrets or record type.`}
          action={<Button onClick={onSearchNames}>Search names</Button>}
        />
      )}
    </div>
  );
}
