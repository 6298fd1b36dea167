import { Link } from "@tanstack/react-router";
import { buttonColours } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";

export function NotFoundPage() {
  useDocumentTitle("Not found");
  return (
    <EmptyState
      headingLevel={1}
      title="The line ends here"
      text="There is no page at this address. It may have been mistyped, or what it showed was deleted."
      drawing={<BufferStop />}
      action={<AllFlowsLink />}
    />
  );
}

export function AllFlowsLink() {
  return (
    <Link
      to="/flows"
      className={joinClasses(
        "inline-flex h-8 items-center rounded-md px-3 text-sm font-medium pointer-coarse:h-10",
        buttonColours.secondary,
      )}
    >
      All flows
    </Link>
  );
}

function BufferStop() {
  return (
    <svg width="120" height="32" viewBox="0 0 120 32" fill="none" stroke="currentColor" strokeWidth="2">
      <path d="M12 16h28M48 16h40" />
      <circle cx="8" cy="16" r="4" fill="currentColor" stroke="none" />
      <circle cx="44" cy="16" r="4" fill="currentColor" stroke="none" />
      <path d="M92 6v20M98 10v12" strokeLinecap="round" />
    </svg>
  );
}
