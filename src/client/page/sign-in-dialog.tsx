import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export type SignInDialogProps = {
  readonly description: string;
  readonly onSignedIn: () => void;
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Signs in without a navigation, which would discard the unsaved edits of the page. */
export function SignInDialog({ onSignedIn, ...dialog }: SignInDialogProps) {
  const isSignedIn = useQuery(serverCapabilityQueries.current()).data?.signedIn === true;
  const wasSignedIn = useRef(isSignedIn);
  const finish = useEffectEvent(onSignedIn);
  // Closes the dialog when the user has signed in in another tab.
  useEffect(() => {
    if (isSignedIn && !wasSignedIn.current) finish();
    wasSignedIn.current = isSignedIn;
  }, [isSignedIn]);
  return (
    <Dialog title="Sign in" size="sm" {...dialog}>
      <SignInForm onSignedIn={onSignedIn} />
    </Dialog>
  );
}
