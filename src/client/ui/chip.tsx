import { joinClasses } from "./join-classes.ts";
import { tooltip } from "./tooltip.ts";

type ChipProps = { readonly text: string; readonly className?: string };

/** A name out of code, such as a variable, in one unbroken piece; the whole of it on hover when it is cut. */
export function Chip({ text, className }: ChipProps) {
  return (
    <code
      {...tooltip(text, { whenTruncated: true })}
      className={joinClasses(
        "inline-block max-w-full min-w-0 truncate rounded-sm border border-line bg-sunken px-1.5 align-middle font-mono text-xs leading-4.5 text-muted",
        className,
      )}
    >
      {text}
    </code>
  );
}
