import type { QueryClient } from "@tanstack/react-query";
import type { useRouter } from "@tanstack/react-router";
import {
  Activity,
  CalendarClock,
  CalendarPlus,
  Bell,
  CircleX,
  Database,
  Download,
  FileBraces,
  Footprints,
  Keyboard,
  List,
  Plus,
  Server,
  Upload,
} from "lucide-react";
import {
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { showOnboarding } from "#client/flow/onboarding/onboarding-state.ts";
import { setThemePreference, themeChoices } from "#client/ui/controls/theme-menu.tsx";
import {
  type PageCommand,
  runCommandOfNextPage,
  findShortcutsDialogOpener,
} from "#client/ui/overlays/page-commands.ts";

type Router = ReturnType<typeof useRouter>;

/** Commands of the current page come first. The words that find a command are the same on every page. */
export function listAppCommands(
  router: Router,
  client: QueryClient,
  commandsOfPage: readonly PageCommand[],
): readonly PageCommand[] {
  const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
  const showShortcuts = findShortcutsDialogOpener();
  const commands: readonly PageCommand[] = [
    runOnPage(router, "/flows", {
      id: "newFlow",
      label: "New flow",
      icon: Plus,
      terms: "create add",
      disabledReason: explainMissingScope(server, "FLOWS:READ", "FLOWS:WRITE"),
    }),
    runOnPage(router, "/flows", {
      id: "importFlows",
      label: "Import flows…",
      icon: Upload,
      terms: "upload json zip",
      disabledReason: explainMissingScope(server, "FLOWS:READ", "FLOWS:WRITE"),
    }),
    runOnPage(router, "/flows", {
      id: "exportFlows",
      label: "Export all flows",
      icon: Download,
      terms: "download json zip",
    }),
    {
      id: "goToFlows",
      type: "item",
      label: "Go to flows",
      icon: List,
      terms: "list home",
      onSelect: () => void router.navigate({ to: "/flows" }),
    },
    {
      id: "goToRuns",
      type: "item",
      label: "Go to runs",
      icon: Activity,
      terms: "history executions failed log",
      onSelect: () => void router.navigate({ to: "/runs" }),
    },
    {
      id: "goToFailedRuns",
      type: "item",
      label: "Go to runs that failed today",
      icon: CircleX,
      terms: "errors last night",
      onSelect: () => void router.navigate({ to: "/runs", search: { outcome: "failed", age: "day" } }),
    },
    {
      id: "goToSchedules",
      type: "item",
      label: "Go to schedules",
      icon: CalendarClock,
      terms: "cron time recurring",
      disabledReason: explainMissingFeature(server, "schedules"),
      onSelect: () => void router.navigate({ to: "/runs/schedules" }),
    },
    runOnPage(router, "/runs/schedules", {
      id: "newSchedule",
      label: "New schedule…",
      icon: CalendarPlus,
      terms: "create add cron time recurring",
      disabledReason:
        explainMissingScope(server, "FLOWS:WRITE", "FLOWS:EXECUTE") ??
        explainMissingFeature(server, "schedules"),
    }),
    {
      id: "goToAlerts",
      type: "item",
      label: "Go to alerts",
      icon: Bell,
      terms: "notifications email webhook failed",
      disabledReason: explainMissingFeature(server, "alerts"),
      onSelect: () => void router.navigate({ to: "/runs/alerts" }),
    },
    {
      id: "goToRecords",
      type: "item",
      label: "Go to records",
      icon: Database,
      terms: "data types",
      disabledReason: explainMissingScope(server, "RECORDS:READ"),
      onSelect: () => void router.navigate({ to: "/records" }),
    },
    {
      id: "goToEnvironment",
      type: "item",
      label: "Go to environment",
      icon: Server,
      terms: "server models secrets limits version settings",
      onSelect: () => void router.navigate({ to: "/environment" }),
    },
    {
      id: "showShortcuts",
      type: "item",
      label: "Keyboard shortcuts",
      icon: Keyboard,
      terms: "help keys",
      disabledReason: showShortcuts ? undefined : "This page has no shortcuts.",
      ...(showShortcuts && { shortcut: "?" }),
      onSelect: () => showShortcuts?.(),
    },
    {
      id: "showFirstSteps",
      type: "item",
      label: "Show first steps",
      icon: Footprints,
      terms: "help onboarding tour",
      onSelect: () => {
        showOnboarding();
        if (!location.pathname.startsWith("/flows")) void router.navigate({ to: "/flows" });
      },
    },
    {
      id: "apiReference",
      type: "item",
      label: "API reference",
      icon: FileBraces,
      terms: "help docs documentation openapi reference rest",
      onSelect: () => void open("/docs", "_blank", "noopener"),
    },
    ...themeChoices.map(({ value, label, icon }) => ({
      id: `theme-${value}`,
      type: "item" as const,
      label: `Theme: ${label.toLowerCase()}`,
      icon,
      terms: "appearance mode color dark light system",
      onSelect: () => setThemePreference(value),
    })),
  ];
  const termsById = new Map(commands.map(({ id, terms = "" }) => [id, terms]));
  const ofPage = commandsOfPage.map((command) => ({ terms: termsById.get(command.id) ?? "", ...command }));
  const listedIds = new Set(ofPage.map(({ id }) => id));
  return [...ofPage, ...commands.filter(({ id }) => !listedIds.has(id))];
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Time in milliseconds at which the user picked the command that started this navigation. */
    readonly commandPickedAt?: number;
  }
}

/** Creates a command of a page that other pages offer too: it goes to the page and runs there. */
function runOnPage(
  router: Router,
  to: "/flows" | "/runs/schedules",
  command: Omit<PageCommand, "type" | "onSelect">,
): PageCommand {
  return { ...command, type: "item", onSelect: () => goToPageAndRun(router, to, command.id) };
}

/** If a prompt keeps the user on the page, the next navigation, which lacks the state, cancels the command. */
function goToPageAndRun(router: Router, to: "/flows" | "/runs/schedules", id: string): void {
  const commandPickedAt = Date.now();
  const cancel = runCommandOfNextPage(id);
  const stop = router.subscribe("onBeforeNavigate", ({ toLocation }) => {
    stop();
    if (toLocation.state.commandPickedAt !== commandPickedAt) cancel();
  });
  void router.navigate({ to, state: { commandPickedAt } });
}
