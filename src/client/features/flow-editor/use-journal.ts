import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { findApiOrigin } from "#client/data/find-api-origin.ts";
import { type Journal, createJournal } from "#client/document/journal/journal.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { announce } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";

/** A page says it once, whatever flows it opens. */
let isTroubleTold = false;

/** Keeps the open flow on this device for as long as the page is there, and says so once where that cannot be. */
export function useJournal(openFlow: OpenFlow): Journal {
  const client = useQueryClient();
  const [journal] = useState(() =>
    createJournal(openFlow, {
      findServer: () => findApiOrigin(client),
      onTrouble: (text) => {
        if (isTroubleTold) return;
        isTroubleTold = true;
        announce(text);
        toasts.show({ text, tone: "danger", durationMs: 15_000 });
      },
    }),
  );
  // Storage, locks and the page's own life are outside of React.
  useEffect(() => journal.connect(), [journal]);
  return journal;
}
