import type { FlowVersionListItem } from "#contract/flow-version.ts";
import { describeChangeCounts } from "#core/difference/count-changes.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type VersionWords = Pick<FlowVersionListItem, "versionNumber" | "versionType" | "label" | "notes">;

export function formatVersionName({ versionNumber }: Pick<VersionWords, "versionNumber">): string {
  return `Version ${versionNumber}`;
}

export function describeVersionType(type: string): string {
  return type === "" ? "No type" : type.charAt(0).toUpperCase() + type.slice(1);
}

/** Formats the numbers of changed steps, such as “2 added, 1 moved”; returns undefined if the server sends none. */
export function describeVersionChanges({
  changes,
}: Pick<FlowVersionListItem, "changes">): string | undefined {
  return changes ? (describeChangeCounts(changes) ?? "No changes") : undefined;
}

/** Quotes the name of the API key that created a version; undefined if the key has no name. */
export function quoteVersionAuthor({
  createdBy,
}: Pick<FlowVersionListItem, "createdBy">): string | undefined {
  return createdBy ? quoteName(createdBy) : undefined;
}

type VersionChipsProps = { readonly type: string; readonly isLive: boolean; readonly className?: string };

export function VersionBadges({ type, isLive, className }: VersionChipsProps) {
  return (
    <span className={joinClasses("inline-flex min-w-0 items-center gap-1.5", className)}>
      {isLive && (
        <span className="inline-flex h-5 shrink-0 items-center gap-1.5 rounded-full bg-success-soft px-2 text-xs font-medium text-success">
          <span aria-hidden="true" className="size-1.5 rounded-full bg-success" />
          Live
        </span>
      )}
      {/* Omits “Published” beside “Live”: only a published version can be live. */}
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
