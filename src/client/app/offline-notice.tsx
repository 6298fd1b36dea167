import { WifiOff } from "lucide-react";
import { connection, useIsOffline } from "#client/data/connection.ts";
import { Button } from "#client/ui/button.tsx";

/** Says that the server cannot be reached; goes by itself once it can. What is on the page stays. */
export function OfflineNotice() {
  const isOffline = useIsOffline();
  return (
    // An output element, which the rule asks for, may hold words only.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="status">
      {isOffline && (
        <div className="flex items-center justify-center gap-3 bg-warning-soft px-4 py-1.5 text-sm text-warning">
          <WifiOff className="size-4 shrink-0" />
          <span>Offline: the server cannot be reached. What you see may be out of date.</span>
          <Button size="sm" className="shrink-0" onClick={() => void connection.probe()}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}
