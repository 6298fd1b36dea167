import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { findOriginOfFlowStoringApi } from "#client/data/api/find-api-origin.ts";
import { liveEventEmitter } from "#client/data/live/live-events.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import type { FlowQueryData } from "#client/data/queries/flow-queries.ts";
import { type OpenFlowJournal, createOpenFlowJournal } from "#client/document/journal/journal.ts";
import { type OpenFlow, createOpenFlow } from "#client/document/open-flow.ts";
import { OpenFlowProvider } from "#client/document/use-open-flow.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import {
  commitInlineNameEdit,
  findFallbackFocusElement,
  isInlineNameEditOpen,
} from "#client/editor/session/focus.ts";
import { FlowEditor, type FlowEditorProps } from "./flow-editor.tsx";

export type FlowEditorContentProps = Omit<FlowEditorProps, "journal"> & {
  readonly read: FlowQueryData;
  readonly isStale: boolean;
  readonly isGone: boolean;
};

/** Creates the open flow from the first read, and passes it the results of later reads. */
export function FlowEditorContent({ read, isStale, isGone, ...view }: FlowEditorContentProps) {
  const viewOnlyReason = useMissingScope("FLOWS:WRITE");
  const [openFlow] = useState(() => createOpenFlow(read.flow, { isInexact: read.isInexact }));
  useLayoutEffect(() => {
    // Keeps the input typed so far: the open flow then ignores edits.
    if (viewOnlyReason !== undefined) {
      commitInlineNameEdit();
      openFlow.flush();
    }
    openFlow.setState({ viewOnlyReason });
  }, [openFlow, viewOnlyReason]);
  const journal = useJournal(openFlow);
  useEffect(() => {
    const stops = [journal.connect(), followDeletion(openFlow)];
    return () => stops.forEach((stop) => stop());
  }, [journal, openFlow]);
  // The first refetch of a stale flow needs no announcement: the user has hardly seen the old one.
  const opening = useRef(isStale ? read : undefined);

  // The open flow decides whether to apply a version: replacing the document would lose unsaved edits.
  useEffect(() => {
    if (isGone) {
      openFlow.receive({ type: "deleted" });
      return;
    }
    const focused = document.activeElement;
    const isOpening = opening.current !== undefined;
    const { outcome } = openFlow.receive({
      type: "version",
      ...read,
      isOpening,
      isHeld: isInlineNameEditOpen,
    });
    if (opening.current !== read) opening.current = undefined;
    if (outcome === "adopted" && !isOpening) {
      // Restores the focus if the new version removed the step that had the focus.
      requestAnimationFrame(() => {
        if (focused?.isConnected !== false || document.activeElement !== document.body) return;
        findFallbackFocusElement()?.focus();
      });
    }
  }, [openFlow, read, isGone]);

  return (
    <OpenFlowProvider value={openFlow}>
      <FlowEditor {...view} journal={journal} />
    </OpenFlowProvider>
  );
}

/** Whether a storage failure was reported. Prevents a report for every opened flow. */
let isTroubleReported = false;

/** Creates the journal that persists the open flow locally, and reports once if the browser does not allow it. */
function useJournal(openFlow: OpenFlow): OpenFlowJournal {
  const client = useQueryClient();
  const [journal] = useState(() =>
    createOpenFlowJournal(openFlow, {
      findServer: () => findOriginOfFlowStoringApi(client),
      onKeep: commitInlineNameEdit,
      onTrouble: (text) => {
        if (isTroubleReported) return;
        isTroubleReported = true;
        announceToScreenReaders(text);
        toasts.show({ text, tone: "danger", durationMs: 15_000 });
      },
    }),
  );
  return journal;
}

/** The page keeps the document, so that the user can save it as a new flow. */
function followDeletion(openFlow: OpenFlow): () => void {
  const { id } = openFlow.getState().flow;
  return liveEventEmitter.subscribe((event) => {
    if (event.type === "flow.deleted" && event.id === id) openFlow.receive({ type: "deleted" });
  });
}
