import type { UseQueryResult } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleDashed, TriangleAlert } from "lucide-react";
import { type ReactNode, useContext, useId } from "react";
import { NetworkError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { IsOfflineContext } from "#client/ui/controls/error-state.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export type StatusTone = "good" | "warning" | "bad" | "missing" | "plain";

type EnvironmentSectionProps = {
  readonly title: string;
  readonly summary?: ReactNode;
  readonly children: ReactNode;
};

export function EnvironmentSection({ title, summary, children }: EnvironmentSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <div className="flex flex-wrap items-baseline gap-x-3 pb-2">
        <h2 id={id} className="text-base font-semibold">
          {title}
        </h2>
        {summary && <p className="text-sm text-muted tabular-nums">{summary}</p>}
      </div>
      <div className="overflow-clip rounded-lg border border-line bg-surface">{children}</div>
    </section>
  );
}

const TONES = {
  good: { icon: CircleCheck, className: "text-success" },
  warning: { icon: TriangleAlert, className: "text-warning" },
  bad: { icon: CircleAlert, className: "text-danger" },
  missing: { icon: CircleDashed, className: "text-warning" },
  plain: { icon: undefined, className: "" },
} as const;

type StatusProps = { readonly tone: StatusTone; readonly children: ReactNode };

export function StatusLabel({ tone, children }: StatusProps) {
  const { icon: Drawing, className } = TONES[tone];
  return (
    <span className="inline-flex min-w-0 items-baseline gap-1.5">
      {Drawing && (
        <Drawing aria-hidden="true" className={joinClasses("size-4 shrink-0 self-center", className)} />
      )}
      <span className="min-w-0 break-words">{children}</span>
    </span>
  );
}

/** Renders a list of labels with values; its children must be {@link LabeledValueRow} elements. */
export function LabeledValueList({ children }: { readonly children: ReactNode }) {
  return <dl className="divide-y divide-line">{children}</dl>;
}

type FactRowProps = {
  readonly label: string;
  /** Text at the end of the row, such as a duration. */
  readonly end?: ReactNode;
  readonly detail?: ReactNode;
  readonly children: ReactNode;
};

export function LabeledValueRow({ label, end, detail, children }: FactRowProps) {
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-baseline gap-x-3 px-4 py-2.5 sm:grid-cols-[8rem_minmax(0,1fr)]">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="flex min-w-0 flex-col gap-1">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-3">
          <span className="min-w-0 max-w-full font-medium break-words">{children}</span>
          {end !== undefined && <span className="text-sm text-muted tabular-nums sm:ml-auto">{end}</span>}
        </span>
        {detail && <span className="text-sm break-words text-muted">{detail}</span>}
      </dd>
    </div>
  );
}

type UnreadValueProps = {
  readonly query: Pick<UseQueryResult, "error" | "isFetching" | "refetch">;
  readonly label: string;
};

/** Stands for a value that is not loaded: a placeholder, or the failure with a button to retry. */
export function UnreadValue({ query: { error, isFetching, refetch }, label }: UnreadValueProps) {
  return error ? (
    <LoadFailureMessage error={error} isRetrying={isFetching} onRetry={() => void refetch()} />
  ) : (
    <LoadingValuePlaceholder label={label} />
  );
}

export function LoadingValuePlaceholder({ label }: { readonly label: string }) {
  return (
    <span aria-busy="true" className="inline-flex items-center">
      <span className="sr-only">{label}</span>
      <span aria-hidden="true" className="my-1.5 h-2.5 w-28 animate-veil-in rounded-sm bg-hover" />
    </span>
  );
}

type LoadFailureProps = {
  readonly error: Error;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
};

function LoadFailureMessage({ error, isRetrying, onRetry }: LoadFailureProps) {
  const isOffline = useContext(IsOfflineContext);
  if (isOffline) return <span className="text-sm font-normal text-muted">Waiting for the server.</span>;
  return (
    <span
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm font-normal text-danger"
    >
      <span className="min-w-0">
        {error instanceof NetworkError ? "No response from the server." : describeRequestErrorForUser(error)}
      </span>
      <Button size="sm" busy={isRetrying} onClick={onRetry}>
        Retry
      </Button>
    </span>
  );
}
