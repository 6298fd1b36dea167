import type { ReactNode } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { UpgradeLink } from "./upgrade-link.tsx";

type ErrorNoteProps = {
  readonly children: ReactNode;
  /** Adds a link to an upgrade if the error is a plan limit. */
  readonly error?: unknown;
  readonly className?: string;
};

/** An error in a dialog or form. */
export function ErrorNote({ children, error, className }: ErrorNoteProps) {
  return (
    <p
      role="alert"
      className={joinClasses("rounded-md bg-danger-soft px-3 py-2 text-sm text-danger", className)}
    >
      {children}
      <UpgradeLink error={error} />
    </p>
  );
}
