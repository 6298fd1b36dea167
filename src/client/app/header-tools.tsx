import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Cloud, HardDrive, Search } from "lucide-react";
import { preloadOnFirstUse } from "#client/data/api/preload.ts";
import { canUseFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { KeyboardKey, VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { ThemeMenu } from "#client/ui/controls/theme-menu.tsx";
import { toAriaShortcut } from "#client/ui/format/format-shortcut.ts";
import { createLazyComponent, createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { MIN_WIDTH_PHONE, MIN_WIDTH_TINY, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { installRowContextMenu, preventQuickFindOnRows } from "#client/ui/overlays/row-context-menu.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { HelpMenu } from "./help-menu.tsx";
import { commandPalette } from "./open-palette.ts";

/** The buttons of the header that every page has. Loaded after the page, because they are not needed at once. */
export function HeaderTools() {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const hasSignOut = server?.auth === "required";
  const isNarrow = !useMediaQuery(MIN_WIDTH_PHONE);
  const isVeryNarrow = !useMediaQuery(MIN_WIDTH_TINY);
  // A narrow header has no room for all buttons: those that are needed least move into the help menu.
  const hasTheme = !(hasSignOut ? isNarrow : isVeryNarrow);
  // Without room for the meter, the help menu links to the environment page, which shows the usage.
  const hasUsage = canUseFeature(server, "usage") && server?.signedIn === true;
  const hasEnvironment = !(hasSignOut && isVeryNarrow);
  return (
    <>
      <CommandPaletteButton />
      {hasUsage && !isNarrow && <UsageMeter />}
      {hasEnvironment && <EnvironmentLink />}
      <HelpMenu hasEnvironment={!hasEnvironment} hasTheme={!hasTheme} hasUsage={hasUsage && isNarrow} />
      {hasTheme && <ThemeMenu />}
    </>
  );
}

const UsageMeter = createLazyComponent(
  async () => (await import("#client/features/environment/usage-meter.tsx")).UsageMeter,
  // Shows no error, because the page works without the meter.
  { onFail: () => undefined },
);
const CommandPalette = createLazyDialog(
  async () => (await import("#client/features/command-palette/command-palette.tsx")).CommandPalette,
);
preloadOnFirstUse(CommandPalette.preload);
installRowContextMenu();
preventQuickFindOnRows();

function CommandPaletteButton() {
  const open = commandPalette.useOpen();
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts={toAriaShortcut(SHORTCUT)}
        {...getTooltipProps("Search or run an action", { shortcut: SHORTCUT })}
        onClick={commandPalette.open}
        className="inline-flex size-8 shrink-0 items-center justify-center gap-2 rounded-md text-sm text-muted hover:bg-hover hover:text-ink lg:w-52 lg:justify-start lg:border lg:border-line lg:hover:border-line-strong lg:px-2.5 pointer-coarse:h-10 max-lg:pointer-coarse:w-10"
      >
        <Search className="size-4 shrink-0" />
        <span className="flex-1 text-left max-lg:sr-only">
          Search…<VisuallyHidden> or run an action</VisuallyHidden>
        </span>
        <span aria-hidden="true" className="max-lg:hidden pointer-coarse:hidden">
          <KeyboardKey shortcut={SHORTCUT} />
        </span>
      </button>
      {open && <CommandPalette {...open} onClose={commandPalette.close} />}
    </>
  );
}

const SHORTCUT = "Mod+K";

function EnvironmentLink() {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  if (!server) return null;
  const host = server.upstream && new URL(server.upstream).host;
  const Drawing = host ? Cloud : HardDrive;
  const mode = host ? `Cloud → ${host}` : "Local";
  return (
    <Link
      to="/environment"
      aria-label={`${mode}, environment`}
      {...getTooltipProps(`${host ? mode : "Local server"} · Environment`)}
      className="inline-flex h-8 min-w-8 items-center justify-center gap-1.5 rounded-md px-2 text-xs whitespace-nowrap text-muted hover:bg-hover hover:text-ink aria-[current=page]:text-ink pointer-coarse:h-10 pointer-coarse:min-w-10"
    >
      <Drawing className="size-3.5 shrink-0" />
      <span className="hidden truncate sm:inline">{mode}</span>
    </Link>
  );
}
