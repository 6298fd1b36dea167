import { useSyncExternalStore } from "react";
import { getAnnouncements, subscribeToAnnouncements } from "./announce.ts";

/**
 * The live regions that `announce` speaks through. Mounted once, before anything is announced: a region that appears
 * together with its text is not read. `aria-live` also keeps open dialogs from hiding them.
 */
export function Announcer() {
  const { polite, assertive } = useSyncExternalStore(subscribeToAnnouncements, getAnnouncements);
  return (
    <>
      <div aria-live="polite" aria-atomic="true" className="sr-only">
        {polite}
      </div>
      <div aria-live="assertive" aria-atomic="true" className="sr-only">
        {assertive}
      </div>
    </>
  );
}
