import { formatCount } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { copyTextToClipboard } from "#client/ui/hooks/copy-text-to-clipboard.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { type CodeLanguage, CODE_LANGUAGE_LABELS } from "./flow-requests.ts";

export function copyCode(code: string, language: CodeLanguage): void {
  if (copyTextToClipboard(code)) toasts.show({ text: `Copied as ${CODE_LANGUAGE_LABELS[language]}.` });
  else toasts.show({ text: "Couldn’t copy. The browser blocked clipboard access.", tone: "danger" });
}

/** Thousands of elements make the dialog slow. Copying includes all lines. */
const MAX_LINES = 300;

type CodeViewProps = {
  readonly code: string;
  readonly label: string;
  readonly className: string;
};

export function CodeView({ code, label, className }: CodeViewProps) {
  const lines = code.trimEnd().split("\n");
  const hidden = lines.length - MAX_LINES;
  return (
    <>
      <pre
        // Focusable, because keyboard users can scroll only a focusable element.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label={label}
        dir="ltr"
        className={joinClasses(
          "focus-inset overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5",
          className,
        )}
      >
        {lines.slice(0, MAX_LINES).map((line, index) => (
          <span key={index}>
            <CodeLine line={line} />
            {"\n"}
          </span>
        ))}
      </pre>
      {hidden > 0 && (
        <p className="mt-1 text-xs text-muted">
          {formatCount(hidden, "more line")}. Copy includes all lines.
        </p>
      )}
    </>
  );
}

/** Groups, in the order of `tokenClasses`: key, colon, text, environment variable, keyword or option, number. */
const TOKEN =
  /("(?:[^"\\]|\\.)*")(\s*:)|("(?:[^"\\]|\\.)*"|'[^']*')|(\$\w+|process\.env\.\w+)|(\b(?:export|const|await|if|throw|new|true|false|null|curl)\b|(?<=\s)-{1,2}[\w-]+)|(\b\d+(?:\.\d+)?\b)/g;

const tokenClasses = ["text-accent", "", "text-success", "text-warning", "text-accent", "text-warning"];

function CodeLine({ line }: { readonly line: string }) {
  const parts = [];
  let end = 0;
  for (const match of line.slice(0, 2000).matchAll(TOKEN)) {
    const kind = match.slice(1).findIndex((group) => group !== undefined);
    const token = match[kind + 1] ?? "";
    parts.push(line.slice(end, match.index));
    parts.push(
      <span key={match.index} className={tokenClasses[kind]}>
        {token}
      </span>,
    );
    end = match.index + token.length;
  }
  return [...parts, line.slice(end)];
}
