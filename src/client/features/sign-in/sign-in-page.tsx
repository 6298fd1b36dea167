import { useQuery } from "@tanstack/react-query";
import { Navigate, useRouter } from "@tanstack/react-router";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { SIGN_IN_TEXT, SignInForm } from "#client/flow/sign-in-form.tsx";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { safePath } from "./safe-path.ts";

type SignInPageProps = {
  /** Where the person was going. */
  readonly next: string | undefined;
};

export function SignInPage({ next }: SignInPageProps) {
  useDocumentTitle("Sign in");
  const router = useRouter();
  const { data: server } = useQuery(capabilityQueries.current());
  if (server?.auth === "none") return <Navigate to="/flows" replace />;

  return (
    <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center px-4 py-12">
      <LineToDoor />
      <h1 className="mt-5 text-xl font-semibold outline-none">Sign in</h1>
      <p className="mt-1 mb-5 text-muted">{SIGN_IN_TEXT}</p>
      <SignInForm onSignedIn={() => router.history.replace(safePath(next, location.origin))} />
    </div>
  );
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
