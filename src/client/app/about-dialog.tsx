import { useQuery } from "@tanstack/react-query";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { EnvironmentLink } from "#client/page/environment-link.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";

const VERSION = String(import.meta.env["VERSION"] ?? "");

export function AboutDialog({ onClose }: { readonly onClose: () => void }) {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const details = [
    ["Version", VERSION || "unknown"],
    [
      "Flows",
      server?.mode === "cloud" ? `Runtype API (${server.upstream ?? "cloud"})` : "Stored by this server",
    ],
    ["Server", location.host],
    ["License", "MIT"],
  ] as const;
  return (
    <Dialog title="About Flowline" size="sm" onClose={onClose}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 text-sm">
        {details.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="truncate">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4">
        <EnvironmentLink onFollow={onClose} />
      </div>
    </Dialog>
  );
}
