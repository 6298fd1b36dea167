import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { SignInDialog } from "#client/flow/sign-in-dialog.tsx";
import { Button, buttonColours } from "#client/ui/button.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { findRestingFocus } from "./find-resting-focus.ts";

/** The ways to sign in over unsaved edits: in place, or in another tab, of which this one hears. */
export function SignInActions() {
  const openFlow = useOpenFlow();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button ref={button} size="sm" onClick={() => setOpen(true)}>
        Sign in
      </Button>
      <Link
        to="/sign-in"
        target="_blank"
        className={joinClasses(
          "inline-flex h-7 items-center rounded-md px-2 font-medium pointer-coarse:h-10",
          buttonColours.secondary,
        )}
      >
        Sign in (new tab)
      </Link>
      {isOpen && (
        <SignInDialog
          onSignedIn={openFlow.noticeSignIn}
          onClose={() => setOpen(false)}
          // Once somebody has signed in, the button goes with what it was for.
          returnFocus={() => button.current ?? findRestingFocus()}
        />
      )}
    </>
  );
}
