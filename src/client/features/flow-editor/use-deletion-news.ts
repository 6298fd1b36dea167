import { useEffect } from "react";
import { liveEvents } from "#client/data/live-events.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";

/**
 * Tells the open flow that it is gone from the server, as soon as that is heard, or seen by a read that found none. What
 * stands on the page stays, to be made a new flow.
 */
export function useDeletionNews(openFlow: OpenFlow, isGone: boolean): void {
  useEffect(() => {
    if (isGone) openFlow.noticeDeletion();
  }, [openFlow, isGone]);

  useEffect(() => {
    const { id } = openFlow.getState().flow;
    return liveEvents.subscribe((event) => {
      if (event.type === "flow.deleted" && event.id === id) openFlow.noticeDeletion();
    });
  }, [openFlow]);
}
