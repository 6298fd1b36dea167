import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

/** The colors of the step categories, each with a text color that is readable on its soft background. */
const COLORS = ["ai", "context", "actions", "records", "replies", "control", "unknown"];

/** Returns the name of a tag’s color: the same for upper and lower case, and on every device. */
function getTagColor(name: string): string | undefined {
  let sum = 0;
  for (const letter of name.toLowerCase()) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return COLORS[sum % COLORS.length];
}

export function TagChip({ name, className }: { readonly name: string; readonly className?: string }) {
  const color = getTagColor(name);
  return (
    <span
      dir="auto"
      {...getTooltipProps(name, { whenTruncated: true })}
      className={joinClasses(
        "min-w-0 truncate rounded-sm px-1.5 text-xs leading-4.5 forced-colors:border",
        className,
      )}
      style={{ color: `var(--${color})`, background: `var(--${color}-soft)` }}
    >
      {name}
    </span>
  );
}

type TagChipsProps = { readonly tags: readonly string[] | undefined; readonly max: number };

/** Shows the first tags, each cut to a short width, and the number of the others. Screen readers get all names. */
export function TagChips({ tags, max }: TagChipsProps) {
  if (!tags?.length) return null;
  const rest = tags.slice(max);
  return (
    <span className="relative z-10 flex max-w-full shrink-0 items-center gap-1">
      <VisuallyHidden>Tags: {tags.join(", ")}.</VisuallyHidden>
      <span aria-hidden="true" className="contents">
        {tags.slice(0, max).map((name) => (
          <TagChip key={name} name={name} className="max-w-32" />
        ))}
        {rest.length > 0 && (
          <span className="text-xs text-muted tabular-nums" {...getTooltipProps(rest.join(", "))}>
            +{rest.length}
          </span>
        )}
      </span>
    </span>
  );
}
