import type { UseQueryResult } from "@tanstack/react-query";
import { useContext } from "react";
import { describeReadError } from "#client/data/api/api-error.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { IsOfflineContext } from "#client/ui/controls/error-state.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { UpgradeLink } from "./upgrade-link.tsx";

type QueryStatusNoteProps = {
  /** The data's name in a sentence, such as “runs”. */
  readonly what: string;
  readonly query: Pick<UseQueryResult, "error" | "isFetching" | "refetch">;
  readonly className?: string;
};

/** Shows that a query's data are loading, or why the read failed, with a retry. */
export function QueryStatusNote({ what, query, className }: QueryStatusNoteProps) {
  const { error, isFetching, refetch } = query;
  // A banner reports that the server is unreachable, and the query is retried when it is back.
  if (useContext(IsOfflineContext) || !error)
    return (
      <p aria-busy={!error} className={joinClasses("text-sm text-muted", className)}>
        {error ? "Waiting for the server." : `Loading ${what}…`}
      </p>
    );
  return (
    <p
      role="alert"
      className={joinClasses("flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-danger", className)}
    >
      <span className="min-w-0 break-words">
        Couldn’t load {what}. {describeReadError(error)}
        <UpgradeLink error={error} />
      </span>
      <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
        Retry
      </Button>
    </p>
  );
}
