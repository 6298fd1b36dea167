import { joinClasses } from "#client/ui/join-classes.ts";
import { describeVersionType } from "./describe-version.ts";

type VersionChipsProps = { readonly type: string; readonly isLive: boolean; readonly className?: string };

/** What kind of version it is, and whether it is the one that runs. */
export function VersionChips({ type, isLive, className }: VersionChipsProps) {
  return (
    <span className={joinClasses("inline-flex min-w-0 items-center gap-1.5", className)}>
      {isLive && (
        <span className="inline-flex h-5 shrink-0 items-center gap-1.5 rounded-full bg-success-soft px-2 text-xs font-medium text-success">
          <span aria-hidden="true" className="size-1.5 rounded-full bg-success" />
          Live
        </span>
      )}
      {/* What is live was published; that goes without saying. */}
      {!(isLive && type === "published") && (
        <span
          dir="auto"
          className={joinClasses(
            "truncate text-xs",
            type === "draft"
              ? "rounded-full bg-hover px-2 leading-5 font-medium text-ink"
              : "leading-5 text-muted",
          )}
        >
          {describeVersionType(type)}
        </span>
      )}
    </span>
  );
}
