import { useQuery } from "@tanstack/react-query";
import { Cloud, HardDrive } from "lucide-react";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";

/** Whose flows these are: this server's own, or those of an API that it passes requests to. */
export function ServerMode() {
  const { data: server } = useQuery(capabilityQueries.current());
  if (!server) return null;
  const isCloud = server.mode === "cloud";
  const host = server.upstream?.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  const Drawing = isCloud ? Cloud : HardDrive;
  const explanation = isCloud
    ? `Flows live at ${host ?? "the Runtype API"}; this server keeps the key.`
    : "Flows are stored by this server.";
  return (
    <span
      {...tooltip(explanation)}
      className="inline-flex min-w-0 items-center gap-1.5 text-xs whitespace-nowrap text-muted"
    >
      <Drawing className="size-3.5 shrink-0" />
      <span className="hidden truncate sm:inline" aria-hidden="true">
        {isCloud ? `Cloud → ${host ?? "Runtype"}` : "Local"}
      </span>
      <VisuallyHidden>{explanation}</VisuallyHidden>
    </span>
  );
}
