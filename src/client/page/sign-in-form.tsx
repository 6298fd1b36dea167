import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { sessionMutations } from "#client/data/mutations/session-mutations.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";

export const SIGN_IN_EXPLANATION =
  "This server requires an API key. The key is kept in a cookie that only this server can read.";

export function SignInForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const [key, setKey] = useState("");
  const [isMissing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { mutate, isPending, error, reset } = useMutation(sessionMutations.signIn(useQueryClient()));

  const signIn = (event: FormEvent) => {
    event.preventDefault();
    if (isPending) return;
    setMissing(key.trim() === "");
    if (key.trim() === "") return field.current?.focus();
    mutate(key.trim(), { onSuccess: onSignedIn, onError: () => field.current?.select() });
  };

  return (
    <form onSubmit={signIn} className="flex flex-col gap-4" noValidate>
      {/* Masks the key by CSS: for a password input, browsers would offer to save the key, which a team may share. */}
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
        error={isMissing ? "API key is required." : describeSignInError(error)}
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
    return "Invalid API key. Check it for missing characters, then retry.";
  return describeRequestErrorForUser(error);
}
