import { Plus } from "lucide-react";
import { Button } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";

/** A flow without steps: what a step is, and the way to the first one. */
export function EmptySteps({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <div role="list" aria-label="Steps">
      <EmptyState
        title="No steps yet"
        text="A flow runs its steps from top to bottom. Each can use what the ones above it made."
        drawing={
          <svg width="32" height="72" viewBox="0 0 32 72" fill="none" stroke="currentColor" strokeWidth="2">
            <path d="M16 0v24M16 48v24" strokeDasharray="2 4" />
            <circle cx="16" cy="36" r="11" strokeDasharray="3 4" />
            <path d="M16 31v10M11 36h10" />
          </svg>
        }
        action={
          <Button variant="primary" icon={Plus} data-add-step="" onClick={onAdd}>
            Add step
          </Button>
        }
      />
    </div>
  );
}
