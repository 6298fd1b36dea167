import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { AllFlowsLink } from "#client/page/all-flows-link.tsx";

export function NotFoundPage() {
  useDocumentTitle("Page not found");
  return (
    <EmptyState
      headingLevel={1}
      title="Page not found"
      text="The page may have been moved or deleted."
      drawing={<BufferStop />}
      action={<AllFlowsLink />}
    />
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
