import { Fragment, useMemo } from "react";
import { type TextDiffSegment, diffTextsByWord } from "#core/difference/diff-texts.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";

type TextDifferenceProps = {
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly className?: string;
};

/** Marks changes also by line styles and for screen readers, not by color alone. */
export function TextDifference({ before = "", after = "", className }: TextDifferenceProps) {
  const pieces = useMemo(() => diffTextsByWord(before, after), [before, after]);
  return (
    <div
      dir="auto"
      // Focusable, so that keyboard users can scroll a long text.
      tabIndex={0}
      role="group"
      aria-label="Changed text"
      className={joinClasses(
        "mt-1 max-h-72 overflow-y-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs leading-5 break-words whitespace-pre-wrap",
        className,
      )}
    >
      {pieces.map((piece, index) => (
        <Fragment key={index}>{drawPiece(piece, index === 0, index === pieces.length - 1)}</Fragment>
      ))}
    </div>
  );
}

function drawPiece({ type, text }: TextDiffSegment, isFirst: boolean, isLast: boolean) {
  switch (type) {
    case "same":
      return shorten(text, isFirst, isLast);
    case "removed":
      return (
        <del className="rounded-sm bg-danger-soft px-px text-danger decoration-1">
          <VisuallyHidden>[removed: </VisuallyHidden>
          {showEnds(text)}
          <VisuallyHidden>]</VisuallyHidden>
        </del>
      );
    case "added":
      return (
        <ins className="rounded-sm bg-success-soft px-px text-success decoration-1 underline-offset-2">
          <VisuallyHidden>[added: </VisuallyHidden>
          {showEnds(text)}
          <VisuallyHidden>]</VisuallyHidden>
        </ins>
      );
  }
}

/** Unchanged characters shown before and after each change. */
const CONTEXT = 160;

/** Omits unchanged text that is far from any change; cuts at line ends if possible. */
function shorten(text: string, isFirst: boolean, isLast: boolean) {
  const head = isFirst ? "" : cutAfter(text);
  const tail = isLast ? "" : cutBefore(text);
  const left = text.slice(head.length, text.length - tail.length);
  if (head.length + tail.length >= text.length || left.length < CONTEXT) return text;
  const lines = left.split("\n").length - 1;
  return (
    <>
      {head}
      <span className="text-faint select-none">
        {` … ${lines > 1 ? formatCount(lines, "unchanged line") : formatCount(left.length, "unchanged letter")} … `}
        {tail !== "" && "\n"}
      </span>
      {tail}
    </>
  );
}

function cutAfter(text: string): string {
  const end = text.indexOf("\n", CONTEXT);
  return end >= 0 && end < 2 * CONTEXT ? text.slice(0, end + 1) : text.slice(0, CONTEXT);
}

function cutBefore(text: string): string {
  const start = text.lastIndexOf("\n", text.length - CONTEXT);
  return start >= 0 && start > text.length - 2 * CONTEXT ? text.slice(start + 1) : text.slice(-CONTEXT);
}

const showEnds = (text: string) => text.replaceAll("\n", "↵\n");
