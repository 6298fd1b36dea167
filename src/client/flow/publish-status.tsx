import type { PublishState } from "#contract/flow.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { describePublishState, getPublishState, type PublishStateFields } from "./publish-state.ts";

type PublishStatusProps = {
  readonly flow: PublishStateFields;
  readonly count?: number | undefined;
  readonly className?: string | undefined;
};

export function PublishStatus({ flow, count, className }: PublishStatusProps) {
  const state = getPublishState(flow);
  if (!state) return null;
  return (
    <span
      className={joinClasses(
        "inline-flex h-5 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap transition-colors duration-150 motion-reduce:transition-none",
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

/** Distinguishes the states by shape: color must not be the only difference (WCAG 1.4.1). */
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
  draft: "inset-ring inset-ring-line-strong/60 text-muted",
  published: "bg-success-soft text-success",
  changed: "bg-warning-soft text-warning",
};
