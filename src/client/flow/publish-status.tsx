import type { PublishState } from "#contract/flow.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { describePublishState, findPublishState, type PublishFields } from "./publish-state.ts";

type PublishStatusProps = {
  readonly flow: PublishFields;
  /** How much of it is not published, where that was counted. */
  readonly count?: number | undefined;
  readonly className?: string | undefined;
};

/** Draft, Published v3 or Unpublished changes; nothing where the server did not say. */
export function PublishStatus({ flow, count, className }: PublishStatusProps) {
  const state = findPublishState(flow);
  if (!state) return null;
  return (
    <span
      className={joinClasses(
        "inline-flex h-5 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap",
        looks[state],
        className,
      )}
    >
      <svg aria-hidden="true" viewBox="0 0 8 8" className="size-2 shrink-0 fill-current stroke-current">
        <Mark state={state} />
      </svg>
      {describePublishState(state, flow.publishedVersionNumber, count)}
    </span>
  );
}

/** Told apart by shape as well as by colour: a ring, a disc, a half-filled disc. */
function Mark({ state }: { readonly state: PublishState }) {
  return (
    <>
      <circle
        cx="4"
        cy="4"
        r="3"
        strokeWidth="1.5"
        className={state === "published" ? undefined : "fill-none"}
      />
      {state === "changed" && <path d="M4 1a3 3 0 0 1 0 6z" stroke="none" />}
    </>
  );
}

const looks: Readonly<Record<PublishState, string>> = {
  draft: "bg-sunken text-muted",
  published: "bg-success-soft text-success",
  changed: "bg-warning-soft text-warning",
};
