import { CircleAlert, RotateCw } from "lucide-react";
import { type ReactNode, createContext, useContext } from "react";
import { Button } from "./button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { type StateMessageProps, StateMessage } from "./state-message.tsx";

/** True while a banner reports that the server is unreachable, so that error states do not repeat the report. */
export const IsOfflineContext = createContext(false);

type ErrorStateProps = Omit<StateMessageProps, "tone" | "text"> & {
  readonly text: ReactNode;
  readonly onRetry?: () => void;
  readonly retrying?: boolean;
};

export function ErrorState({ onRetry, retrying, action, drawing, text, ...message }: ErrorStateProps) {
  const isOffline = useContext(IsOfflineContext) && onRetry !== undefined;
  return (
    <div role="alert">
      <StateMessage
        {...message}
        text={isOffline ? "Waiting for the server." : text}
        tone={isOffline ? "calm" : "danger"}
        drawing={drawing ?? <BrokenLine />}
        action={
          <>
            {onRetry && !isOffline && (
              <Button icon={RotateCw} busy={retrying ?? false} onClick={onRetry}>
                Retry
              </Button>
            )}
            {action}
          </>
        }
      />
    </div>
  );
}

type InlineErrorMessageProps = {
  readonly text: string;
  readonly retrying: boolean;
  readonly onRetry: () => void;
  readonly className: string;
};

export function InlineErrorMessage({ text, retrying, onRetry, className }: InlineErrorMessageProps) {
  if (useContext(IsOfflineContext)) return null;
  return (
    <div
      role="alert"
      className={joinClasses(
        "flex flex-wrap items-center gap-x-3 gap-y-1 bg-danger-soft px-gutter py-1.5 text-sm text-danger",
        className,
      )}
    >
      <CircleAlert aria-hidden="true" className="size-4 shrink-0" />
      <span className="min-w-0 flex-1">{text}</span>
      <Button size="sm" busy={retrying} onClick={onRetry}>
        Retry
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
