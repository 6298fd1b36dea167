import { formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type ResultTextProps = {
  readonly label: string;
  readonly text: string;
  readonly isCode?: boolean;
};

/** Maximum number of rendered characters: the layout of a longer text blocks the page. */
const MAX_CHARACTERS = 100_000;

/** A text of a run with its line breaks and spaces. The caller offers to copy the whole text. */
export function ResultText({ label, text, isCode = false }: ResultTextProps) {
  return (
    <>
      <pre
        dir="auto"
        tabIndex={0}
        role="group"
        aria-label={label}
        className={joinClasses(
          "max-h-96 overflow-y-auto overscroll-contain rounded-md border border-line bg-sunken px-3 py-2 break-words whitespace-pre-wrap focus-inset",
          isCode ? "font-mono text-xs" : "font-sans text-sm",
        )}
      >
        {text.slice(0, MAX_CHARACTERS)}
      </pre>
      {text.length > MAX_CHARACTERS && (
        <p className="text-xs text-muted">
          {`The first ${formatNumber(MAX_CHARACTERS)} of ${formatNumber(text.length)} characters. Copy includes all.`}
        </p>
      )}
    </>
  );
}
