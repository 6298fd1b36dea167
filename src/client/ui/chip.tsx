import { joinClasses } from "./join-classes.ts";
import { tooltip } from "./tooltip.ts";

type ChipProps = {
  readonly text: string;
  /** Says how wide it may be, too: two such classes on one element would not be the later one, but the one later in the sheet. */
  readonly className?: string;
};

/** A name out of code, such as a variable, in one unbroken piece; the whole of it on hover when it is cut. */
export function Chip({ text, className = "max-w-full" }: ChipProps) {
  return (
    <code
      {...tooltip(text, { whenTruncated: true })}
      className={joinClasses(
        "inline-block min-w-0 truncate rounded-sm border border-line bg-sunken px-1.5 align-middle font-mono text-xs leading-4.5 text-muted",
        className,
      )}
    >
      {text}
    </code>
  );
}
