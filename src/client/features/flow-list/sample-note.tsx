import { Link } from "@tanstack/react-router";
import { FlaskConical, X } from "lucide-react";
import { useStore } from "zustand";
import { type FlowListItem, STARTER_FLOW_NAME } from "#contract/flow.ts";
import { isSampleFlowId } from "#client/flow/publish-state.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { createStoredOnOffSetting } from "#client/storage/stored-value.ts";

const sampleNotePreference = createStoredOnOffSetting("flowline-sample-note", true);

export function useIsSampleFlowsNoteShown(): boolean {
  return useStore(sampleNotePreference);
}

/** Explains the “Sample” labels of flows. Dismissing the note also removes the labels, in all tabs. */
export function SampleNote({ flows }: { readonly flows: readonly FlowListItem[] }) {
  const starter = flows.find(({ id, name }) => isSampleFlowId(id) && name === STARTER_FLOW_NAME);
  const dismiss = () => {
    // Moves the focus to the list, because the focused button is about to be unmounted.
    document.querySelector<HTMLElement>("[data-active] [data-row-link]")?.focus({ preventScroll: true });
    sampleNotePreference.set(false);
  };
  return (
    <aside
      aria-label="Sample flows"
      className="mx-gutter mt-3 flex items-center gap-2.5 rounded-md bg-sunken py-1 pr-1 pl-3 text-sm text-muted"
    >
      <FlaskConical aria-hidden="true" className="size-4 shrink-0" />
      <p className="min-w-0 flex-1 py-0.5">
        <SampleTag /> flows come with Flowline. Edit, run or delete them.
        {starter && (
          <>
            {" "}
            <Link
              to="/flows/$flowId"
              params={{ flowId: starter.id }}
              className="font-medium text-accent underline underline-offset-2"
            >
              Start with “{starter.name}”
            </Link>
          </>
        )}
      </p>
      <IconButton label="Dismiss the note about samples" icon={X} size="sm" onClick={dismiss} />
    </aside>
  );
}

export function SampleTag() {
  return (
    <span className="inline-flex h-4.5 shrink-0 items-center rounded-sm border border-line bg-surface px-1.5 text-xs text-muted">
      Sample
    </span>
  );
}
