import type { ServerCapabilities } from "#contract/local.ts";

interface LeftOutExtension {
  readonly name: string;
  /** Why it is missing, and what the page does instead. */
  readonly reason: string;
}

/** Lists the extensions of Flowline's own server that a connected API lacks, by the capabilities that the server reports. */
export function listLeftOutExtensions(server: ServerCapabilities): readonly LeftOutExtension[] {
  if (server.mode !== "cloud") return [];
  const extensions: readonly (LeftOutExtension & { readonly isThere: boolean | undefined })[] = [
    {
      name: "Version tokens",
      reason:
        "Before each save, Flowline compares the date of the last change instead. It can miss a change made at the same moment.",
      isThere: server.versionTokens,
    },
    {
      name: "Live changes",
      reason: "Changes made elsewhere appear when you return to the page or refresh.",
      isThere: server.events,
    },
    {
      name: "Search in steps",
      reason: "The API searches flow names only.",
      isThere: server.stepSearch,
    },
    {
      name: "Status and steps in the list",
      reason: "The API lists flows by name and date, without their steps and status.",
      isThere: server.versionTokens,
    },
    {
      name: "Tags on the server",
      reason: "Tags are kept in this browser instead.",
      isThere: server.versionTokens,
    },
    {
      name: "Sample data on the server",
      reason: "Sample data is kept in this browser instead.",
      isThere: server.versionTokens,
    },
    {
      name: "Labels and notes of versions",
      reason: "The API doesn’t store labels or notes.",
      isThere: server.versionTokens,
    },
    {
      name: "List of a flow’s runs",
      reason: "The API lists recent runs by the flow’s name. Runs started in this browser are always listed.",
      isThere: server.runs,
    },
    {
      name: "Timeline and whole outputs of runs",
      reason: "Results show only output previews, and times where the API reports them.",
      isThere: server.runs,
    },
    {
      name: "Settings of runs",
      reason: "Models, mail and time limits come from the account, not from this server.",
      isThere: server.runs,
    },
  ];
  return extensions.filter(({ isThere }) => isThere !== true).map(({ name, reason }) => ({ name, reason }));
}
