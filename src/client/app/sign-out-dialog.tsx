import { useRef } from "react";
import { quoteName } from "#core/text/quote-name.ts";
import type { UnsavedFormText } from "#client/data/api/unsaved-form-texts.ts";
import type { JournalSummary } from "#client/document/journal/list-unopened-journals.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";

export interface UnsavedFlowsAndFormTextsOfUser {
  readonly flows: readonly JournalSummary[];
  readonly texts: readonly UnsavedFormText[];
}

type SignOutDialogProps = {
  readonly unsaved: UnsavedFlowsAndFormTextsOfUser;
  readonly onSignOut: (isDiscarding: boolean) => void;
  readonly onClose: () => void;
};

export function SignOutDialog({ unsaved, onSignOut, onClose }: SignOutDialogProps) {
  const keep = useRef<HTMLButtonElement>(null);
  const now = useMinuteClock();
  return (
    <Dialog
      role="alertdialog"
      title="Sign out with unsaved changes?"
      description="Keep them on this device for your next sign-in with this key, or discard them."
      initialFocus={keep}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button className="text-danger!" onClick={() => onSignOut(true)}>
            Discard and sign out
          </Button>
          <Button ref={keep} variant="primary" onClick={() => onSignOut(false)}>
            Keep and sign out
          </Button>
        </>
      }
    >
      <ul aria-label="Unsaved changes" className="divide-y divide-line text-sm">
        {unsaved.flows.map(({ id, flowName, unsaved: count, editedAt }) => (
          <li key={id} className="flex flex-wrap gap-x-2 py-1.5">
            <span className="min-w-0 font-medium break-words">{quoteName(flowName)}</span>{" "}
            <span className="text-muted">
              {count ? formatCount(count, "unsaved change") : "unsaved changes"},{" "}
              {formatClockTime(editedAt, now)}
            </span>
          </li>
        ))}
        {unsaved.texts.map(({ form, title, editedAt }) => (
          <li key={form} className="flex flex-wrap gap-x-2 py-1.5">
            <span className="min-w-0 font-medium break-words">{title}</span>{" "}
            <span className="text-muted">unsaved text, {formatClockTime(editedAt, now)}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
