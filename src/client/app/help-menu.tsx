import { useNavigate } from "@tanstack/react-router";
import {
  CircleQuestionMark,
  FileBraces,
  Footprints,
  Gauge,
  Info,
  Keyboard,
  Monitor,
  Server,
} from "lucide-react";
import { useState } from "react";
import { showOnboarding } from "#client/flow/onboarding/onboarding-state.ts";
import { setThemePreference, themeChoices } from "#client/ui/controls/theme-menu.tsx";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import type { MenuItemSeparatorOrSubmenu } from "#client/ui/overlays/menu.tsx";
import { findShortcutsDialogOpener } from "#client/ui/overlays/page-commands.ts";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";

const AboutDialog = createLazyDialog(async () => (await import("./about-dialog.tsx")).AboutDialog);

type HelpMenuProps = {
  /** Whether the menu has the entries for buttons that a narrow header has no room for. */
  readonly hasEnvironment: boolean;
  readonly hasTheme: boolean;
  readonly hasUsage: boolean;
};

export function HelpMenu({ hasEnvironment, hasTheme, hasUsage }: HelpMenuProps) {
  const navigate = useNavigate();
  const [isAboutOpen, setAboutOpen] = useState(false);
  const entries = (): readonly MenuItemSeparatorOrSubmenu[] => {
    const showShortcuts = findShortcutsDialogOpener();
    return [
      {
        type: "item",
        label: "Keyboard shortcuts",
        icon: Keyboard,
        disabledReason: showShortcuts ? undefined : "This page has no shortcuts.",
        ...(showShortcuts && { shortcut: "?" }),
        onSelect: () => showShortcuts?.(),
      },
      {
        type: "item",
        label: "Show first steps",
        icon: Footprints,
        onSelect: () => {
          showOnboarding();
          if (!location.pathname.startsWith("/flows")) void navigate({ to: "/flows" });
        },
      },
      {
        type: "item",
        label: "API reference",
        icon: FileBraces,
        onSelect: () => void open("/docs", "_blank", "noopener"),
      },
      ...(hasUsage ? [usageEntry(() => void navigate({ to: "/environment" }))] : []),
      ...(hasEnvironment ? [environmentEntry(() => void navigate({ to: "/environment" }))] : []),
      ...(hasTheme ? [themeEntry] : []),
      { type: "separator" },
      { type: "item", label: "About Flowline", icon: Info, onSelect: () => setAboutOpen(true) },
    ];
  };
  return (
    <>
      <MenuButton label="Help" icon={CircleQuestionMark} entries={entries} />
      {isAboutOpen && <AboutDialog onClose={() => setAboutOpen(false)} />}
    </>
  );
}

/** Opens the environment page, which shows the usage. */
const usageEntry = (onSelect: () => void): MenuItemSeparatorOrSubmenu => ({
  type: "item",
  label: "Usage",
  icon: Gauge,
  onSelect,
});

const environmentEntry = (onSelect: () => void): MenuItemSeparatorOrSubmenu => ({
  type: "item",
  label: "Environment",
  icon: Server,
  onSelect,
});

const themeEntry: MenuItemSeparatorOrSubmenu = {
  type: "submenu",
  label: "Theme",
  icon: Monitor,
  entries: themeChoices.map(({ value, label, icon }) => ({
    type: "item",
    label,
    icon,
    onSelect: () => setThemePreference(value),
  })),
};
