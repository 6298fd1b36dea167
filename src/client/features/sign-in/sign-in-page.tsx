import { useQuery } from "@tanstack/react-query";
import { Navigate, useRouter } from "@tanstack/react-router";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { isCurrentPage } from "#client/page/current-page.ts";
import { SIGN_IN_EXPLANATION, SignInForm } from "#client/page/sign-in-form.tsx";
import { focusElementIfFocusWasLost } from "#client/ui/focus/use-keep-focus-within.ts";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";

type SignInPageProps = {
  readonly next: string | undefined;
};

export function SignInPage({ next }: SignInPageProps) {
  useDocumentTitle("Sign in");
  const router = useRouter();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const signOut = pageUserIdentityTracker.useSignOut();
  if (signOut !== "none")
    return (
      <p role="status" className="m-auto text-muted">
        Signing out…
      </p>
    );
  if (server?.auth === "none") return <Navigate to="/flows" replace />;

  return (
    <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center px-4 py-12">
      <LineToDoor />
      {/* Takes the focus on mount: signing out reloads the page, which skips the focus handling of client-side
          navigations. */}
      <h1 ref={focusElementIfFocusWasLost} tabIndex={-1} className="mt-5 text-xl font-semibold outline-none">
        Sign in
      </h1>
      <p className="mt-1 mb-5 text-muted">{SIGN_IN_EXPLANATION}</p>
      <SignInForm
        onSignedIn={() => {
          // Does not navigate if the user has left: the form stays mounted until the next page is loaded.
          if (!isCurrentPage(router, "/sign-in")) return;
          router.history.replace(restrictPathToSameOrigin(next, location.origin));
        }}
      />
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

/** Restricts the target of a sign-in to a path of this origin, to prevent open redirects; anything else becomes “/”. */
export function restrictPathToSameOrigin(next: string | undefined, origin: string): string {
  if (next === undefined || !URL.canParse(next, origin)) return "/";
  const url = new URL(next, origin);
  if (url.origin !== origin || url.pathname === "/sign-in") return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
