import { useMutation, useQuery } from "@tanstack/react-query";
import { Navigate, useRouter } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { sessionMutations } from "#client/data/session-mutations.ts";
import { Button } from "#client/ui/button.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { safePath } from "./safe-path.ts";

type SignInPageProps = {
  /** Where the person was going. */
  readonly next: string | undefined;
};

export function SignInPage({ next }: SignInPageProps) {
  useDocumentTitle("Sign in");
  const router = useRouter();
  const [key, setKey] = useState("");
  const [isMissing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { mutate, isPending, error, reset } = useMutation(sessionMutations.signIn());

  const { data: server } = useQuery(capabilityQueries.current());
  if (server?.auth === "none") return <Navigate to="/flows" replace />;

  const signIn = (event: FormEvent) => {
    event.preventDefault();
    if (isPending) return;
    setMissing(key.trim() === "");
    if (key.trim() === "") return field.current?.focus();
    mutate(key.trim(), {
      onSuccess: () => router.history.replace(safePath(next, location.origin)),
      onError: () => field.current?.select(),
    });
  };

  return (
    <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center px-4 py-12">
      <LineToDoor />
      <h1 className="mt-5 text-xl font-semibold">Sign in</h1>
      <p className="mt-1 mb-5 text-muted">
        This server asks for an API key. It is kept in a cookie that only this server can read.
      </p>
      <form onSubmit={signIn} className="flex flex-col gap-4" noValidate>
        {/* Masked by style, not as a password: browsers would offer to save a key that is not the person's own. */}
        <TextField
          ref={field}
          label="API key"
          name="api-key"
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
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
    </div>
  );
}

function describeSignInError(error: Error | null): string | undefined {
  if (!error) return undefined;
  if (error instanceof ApiError && (error.status === 401 || error.status === 400))
    return "This key is not one of this server's. Check it for missing characters, then try again.";
  return describeError(error);
}

function LineToDoor() {
  return (
    <svg aria-hidden="true" width="96" height="24" viewBox="0 0 96 24" fill="none" className="text-accent">
      <path d="M6 12h52" stroke="currentColor" strokeWidth="2" />
      <path d="M62 12h12" stroke="currentColor" strokeWidth="2" strokeDasharray="2 4" />
      <circle cx="6" cy="12" r="4" fill="currentColor" />
      <circle cx="34" cy="12" r="4" fill="currentColor" />
      <circle cx="84" cy="12" r="7" stroke="currentColor" strokeWidth="2" />
      <path d="M84 10.5a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2Z" fill="currentColor" />
    </svg>
  );
}
