import { Dialog } from "#client/ui/dialog.tsx";
import { SIGN_IN_TEXT, SignInForm } from "./sign-in-form.tsx";

export type SignInDialogProps = {
  readonly onSignedIn: () => void;
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Signs in without leaving what is on the page. */
export function SignInDialog({ onSignedIn, ...dialog }: SignInDialogProps) {
  return (
    <Dialog title="Sign in" description={SIGN_IN_TEXT} size="sm" {...dialog}>
      <SignInForm onSignedIn={onSignedIn} />
    </Dialog>
  );
}
