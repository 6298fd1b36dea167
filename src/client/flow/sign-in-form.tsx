import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { sessionMutations } from "#client/data/session-mutations.ts";
import { Button } from "#client/ui/button.tsx";
import { TextField } from "#client/ui/text-field.tsx";

/** What a sign-in is, for whoever is asked for it. */
export const SIGN_IN_TEXT =
  "This server asks for an API key. It is kept in a cookie that only this server can read.";

/** Signs this browser in, wherever it was asked to. */
export function SignInForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const [key, setKey] = useState("");
  const [isMissing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { mutate, isPending, error, reset } = useMutation(sessionMutations.signIn());

  const signIn = (event: FormEvent) => {
    event.preventDefault();
    if (isPending) return;
    setMissing(key.trim() === "");
    if (key.trim() === "") return field.current?.focus();
    mutate(key.trim(), { onSuccess: onSignedIn, onError: () => field.current?.select() });
  };

  return (
    <form onSubmit={signIn} className="flex flex-col gap-4" noValidate>
      {/* Masked by style, not as a password: browsers would offer to save a key that is not the person's own. */}
      <TextField
        ref={field}
        label="API key"
        name="api-key"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        data-autofocus=""
        value={key}
        onChange={(event) => {
          setKey(event.target.value);
          setMissing(false);
          if (error) reset();
        }}
        error={isMissing ? "Paste or type your API key." : describeSignInError(error)}
        className="[&_input]:font-mono [&_input]:[-webkit-text-security:disc]"
      />
      <Button type="submit" variant="primary" busy={isPending}>
        Sign in
      </Button>
    </form>
  );
}

function describeSignInError(error: Error | null): string | undefined {
  if (!error) return undefined;
  if (error instanceof ApiError && (error.status === 401 || error.status === 400))
    return "This key is not one of this server's. Check it for missing characters, then try again.";
  return describeError(error);
}
