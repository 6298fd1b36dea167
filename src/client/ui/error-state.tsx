import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { joinClasses } from "./join-classes.ts";
import { StateMessage } from "./state-message.tsx";

type ErrorStateProps = {
  /** What happened. */
  readonly title: string;
  /** What is safe and what to do next. */
  readonly text: ReactNode;
  readonly onRetry?: () => void;
  readonly retrying?: boolean;
  readonly action?: ReactNode;
  readonly drawing?: ReactNode;
  readonly headingLevel?: 1 | 2 | 3;
};

export function ErrorState({
  onRetry,
  retrying,
  action,
  headingLevel = 2,
  drawing,
  ...message
}: ErrorStateProps) {
  return (
    // Announced, since it replaces what was asked for.
    <div role="alert">
      <StateMessage
        {...message}
        tone="danger"
        headingLevel={headingLevel}
        drawing={drawing ?? <BrokenLine />}
        action={
          <>
            {onRetry && (
              <Button icon={RotateCw} busy={retrying ?? false} onClick={onRetry}>
                Try again
              </Button>
            )}
            {action}
          </>
        }
      />
    </div>
  );
}

type ErrorLineProps = {
  /** What the rows may lack, and why. */
  readonly text: string;
  readonly retrying: boolean;
  readonly onRetry: () => void;
  readonly className: string;
};

/** Beside rows that could not be brought up to date, or added to. */
export function ErrorLine({ text, retrying, onRetry, className }: ErrorLineProps) {
  return (
    <div
      role="alert"
      className={joinClasses(
        "flex flex-wrap items-center gap-x-3 gap-y-1 bg-danger-soft px-3 py-1.5 text-sm text-danger",
        className,
      )}
    >
      <CircleAlert aria-hidden="true" className="size-4 shrink-0" />
      <span className="min-w-0 flex-1">{text}</span>
      <Button size="sm" busy={retrying} onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

function BrokenLine() {
  return (
    <svg width="96" height="32" viewBox="0 0 96 32" fill="none" stroke="currentColor" strokeWidth="2">
      <path d="M12 16h20M64 16h20" />
      <path d="M38 16h20" strokeDasharray="3 5" opacity="0.6" />
      <circle cx="8" cy="16" r="4" />
      <circle cx="88" cy="16" r="4" />
      <path d="m43 11 10 10m0-10L43 21" strokeLinecap="round" />
    </svg>
  );
}
