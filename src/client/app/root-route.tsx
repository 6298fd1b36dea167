import { type QueryClient, useQuery } from "@tanstack/react-query";
import { createRootRouteWithContext, Link, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { useIsOffline, serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import { Announcer } from "#client/ui/announce/announcer.tsx";
import { IsOfflineContext } from "#client/ui/controls/error-state.tsx";
import { ToastRegion } from "#client/ui/overlays/toast-region.tsx";
import { WifiOff } from "lucide-react";
import { Button } from "#client/ui/controls/button.tsx";
import { KeysOnHold } from "#client/ui/focus/keys-on-hold.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { NetworkError } from "#client/data/api/api-error.ts";
import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";
import { commandPalette } from "./open-palette.ts";

/** The layout of every page. `--bar` is the height of the header, for sticky elements below the header. */
function Layout() {
  const main = useRef<HTMLElement>(null);
  useFocusOnNewPage(main);
  const isOffline = useIsOffline();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  return (
    <div className="flex min-h-dvh flex-col [--bar:2.75rem]">
      <a
        href="#main"
        onClick={(event) => {
          // Focuses the main content by script, because following the link would add a history entry for `#main`.
          event.preventDefault();
          main.current?.focus();
        }}
        className="fixed top-1.5 left-1.5 z-80 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-sm font-medium text-accent-ink focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex h-(--bar) items-center gap-3 border-b max-sm:gap-1 border-line bg-canvas px-gutter">
        <Link
          to="/flows"
          aria-label="Flowline, all flows"
          className="-mx-1 inline-flex items-center gap-2 rounded-md px-1 py-1 font-semibold tracking-tight"
        >
          <ProductMark />
          <span className="hidden sm:inline">Flowline</span>
        </Link>
        <nav aria-label="Main" className="flex h-full">
          <Link to="/flows" className={navLinkClasses} activeOptions={{ includeSearch: false }}>
            Flows
          </Link>
          <Link to="/runs" className={navLinkClasses} activeOptions={{ includeSearch: false }}>
            Runs
          </Link>
          <Link to="/records" className={navLinkClasses} activeOptions={{ includeSearch: false }}>
            Records
          </Link>
        </nav>
        <div className="ml-auto flex min-w-0 items-center gap-0.5 sm:gap-3">
          <HeaderTools />
          {server?.auth === "required" && <AccountMenu />}
        </div>
      </header>
      <OfflineNotice />
      <main ref={main} id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
        <IsOfflineContext value={isOffline}>
          <Outlet />
        </IsOfflineContext>
      </main>
      <ToastRegion />
      <Announcer />
      <TooltipLayer />
    </div>
  );
}

const navLinkClasses =
  "relative inline-flex h-full items-center rounded-sm px-2 max-xs:px-1.5 max-tiny:px-1 text-sm text-muted focus-inset hover:text-ink aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:bg-accent";

function useFocusOnNewPage(main: { readonly current: HTMLElement | null }) {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged || !main.current) return;
        // A focused element that is still on the page keeps the focus, such as a tab of the flow editor.
        const focused = document.activeElement;
        if (focused !== main.current && main.current.contains(focused)) return;
        focusHeading(main.current);
      }),
    [router, main],
  );
}

function OfflineNotice() {
  const isOffline = useIsOffline();
  return (
    // The lint rule asks for `<output>`, which must not contain block elements.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="status">
      {isOffline && (
        <div className="flex items-center justify-center gap-3 bg-warning-soft px-4 py-1.5 text-sm text-warning">
          <WifiOff className="size-4 shrink-0" />
          <span>Can’t reach the server. Data may be out of date.</span>
          <Button size="sm" className="shrink-0" onClick={() => void serverReachabilityTracker.probe()}>
            Retry
          </Button>
        </div>
      )}
    </div>
  );
}

function ProductMark({ className = "size-6" }: { readonly className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="none" className={joinClasses("text-accent", className)}>
      <path
        d="M6.5 4v2.5C6.5 11 17.5 10 17.5 14.5S6.5 17.5 6.5 21"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
      <circle cx="6.5" cy="5" r="3" fill="currentColor" />
      <circle cx="17.5" cy="14" r="2.75" className="fill-canvas" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}

const PATIENCE_MS = 10_000;

/** Screen readers then announce the page. Waits for a heading that is still loading. */
function focusHeading(root: HTMLElement): void {
  if (tryFocus(root)) return;
  const focusedBefore = document.activeElement;
  const observer = new MutationObserver(() => {
    const hasMoved = document.activeElement !== focusedBefore && document.activeElement !== document.body;
    if (hasMoved || tryFocus(root)) stop();
  });
  const timer = setTimeout(() => stop(), PATIENCE_MS);
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
  };
  observer.observe(root, { childList: true, subtree: true });
}

function tryFocus(root: HTMLElement): boolean {
  for (const heading of root.querySelectorAll<HTMLElement>("h1:not([aria-busy='true'] *)")) {
    if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    if (document.activeElement === heading) return true;
  }
  return false;
}

/** The palette opens once the tools are loaded. */
function PaletteKeysOnHold() {
  return commandPalette.useOpen() && <KeysOnHold onClose={commandPalette.close} />;
}

const HeaderTools = createLazyComponent(
  async () => (await loadAfterPaint(() => import("./header-tools.tsx"))).HeaderTools,
  {
    fallback: <PaletteKeysOnHold />,
    // Shows no error if the code does not load, because the page works without the tools.
    onFail: commandPalette.close,
  },
);
// With the tools of the header: nothing shows a tooltip in the first moments.
const TooltipLayer = createLazyComponent(
  async () => (await loadAfterPaint(() => import("#client/ui/overlays/tooltip-layer.tsx"))).TooltipLayer,
  { onFail: () => undefined },
);
const AccountMenu = createLazyComponent(async () => (await import("./account-menu.tsx")).AccountMenu, {
  fallback: <span className="size-8 pointer-coarse:size-10" />,
});
const NotFoundPage = createLazyComponent(async () => (await import("./not-found-page.tsx")).NotFoundPage);

// Ignores a failed query in a loader: the page observes the same query and renders its error.
export const ignoreFailedLoaderQuery = () => undefined;

export const rootRoute = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  loader: ({ context }) => {
    context.queryClient.query(serverCapabilityQueries.current()).catch(ignoreFailedLoaderQuery);
  },
  component: Layout,
  notFoundComponent: () => <NotFoundPage />,
});

const TIME_LIMIT_MS = 5000;

/** Throws {@link NetworkError} if offline: for other errors the router reloads the document, losing the app. */
export async function loadPageCode<Code>(load: () => Promise<Code>): Promise<Code> {
  try {
    return await load();
  } catch (error) {
    await fetch("/readyz", { signal: AbortSignal.timeout(TIME_LIMIT_MS) }).catch(() => {
      throw new NetworkError();
    });
    throw error;
  }
}
