import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { type Journal, createJournal } from "#client/document/journal/journal.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { announce } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";

/** Keeps the open flow on this device for as long as the page is there, and says so once where that cannot be. */
export function useJournal(openFlow: OpenFlow): Journal {
  const client = useQueryClient();
  const [journal] = useState(() =>
    createJournal(openFlow, {
      // A server that passes requests on may have passed them elsewhere before.
      findServer: async () => {
        const server = await client.ensureQueryData(capabilityQueries.current()).catch(() => undefined);
        return server?.upstream ?? location.origin;
      },
      onTrouble: (text) => {
        announce(text);
        toasts.show({ text, tone: "danger", durationMs: 15_000 });
      },
    }),
  );
  // Storage, locks and the page's own life are outside of React.
  useEffect(() => journal.connect(), [journal]);
  return journal;
}
