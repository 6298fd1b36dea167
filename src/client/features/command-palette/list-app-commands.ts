import type { QueryClient } from "@tanstack/react-query";
import type { useRouter } from "@tanstack/react-router";
import {
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
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { showOnboarding } from "#client/flow/first-steps/first-steps.ts";
import { setThemePreference, themeChoices } from "#client/ui/controls/theme-menu.tsx";
import { type PageCommand, runCommandOfNextPage } from "#client/ui/overlays/page-commands.ts";
import { findShortcutsDialogOpener } from "#client/ui/overlays/shortcuts-help.ts";

type Router = ReturnType<typeof useRouter>;

/** Lists the commands of every page, except those that the current page lists itself, such as “New flow”. */
export function listAppCommands(
  router: Router,
  client: QueryClient,
  commandsOfPage: readonly PageCommand[],
): readonly PageCommand[] {
  const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
  const isListed = new Set(commandsOfPage.map(({ id }) => id));
  const showShortcuts = findShortcutsDialogOpener();
  const commands: readonly PageCommand[] = [
    onListPage(router, { id: "newFlow", label: "New flow", icon: Plus, terms: "create add" }),
    onListPage(router, { id: "importFlows", label: "Import flows…", icon: Upload, terms: "upload json zip" }),
    onListPage(router, {
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
      id: "goToRecords",
      type: "item",
      label: "Go to records",
      icon: Database,
      terms: "data types",
      disabledReason: server?.records === false ? "This server doesn’t support records." : undefined,
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
  return commands.filter(({ id }) => !isListed.has(id));
}

/** Creates a command of the list page that other pages offer too: it goes to the list page and runs there. */
function onListPage(router: Router, command: Omit<PageCommand, "type" | "onSelect">): PageCommand {
  return {
    ...command,
    type: "item",
    onSelect: () => {
      void router.navigate({ to: "/flows" });
      // Drops the command if a prompt about unsaved edits keeps the user on the page.
      runCommandOfNextPage(command.id, () => router.latestLocation.pathname === "/flows");
    },
  };
}
