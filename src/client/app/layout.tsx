import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { Announcer } from "#client/ui/announcer.tsx";
import { ThemeSwitch } from "#client/ui/theme-switch.tsx";
import { ToastRegion } from "#client/ui/toast-region.tsx";
import { TooltipLayer } from "#client/ui/tooltip-layer.tsx";
import { focusHeading } from "./focus-heading.ts";
import { OfflineNotice } from "./offline-notice.tsx";
import { ProductMark } from "./product-mark.tsx";
import { ServerMode } from "./server-mode.tsx";
import { SignOutButton } from "./sign-out-button.tsx";

/** What stands around every page. The bar's height is `--bar`, for what sticks below it. */
export function Layout() {
  const main = useRef<HTMLElement>(null);
  useFocusOnNewPage(main);
  const { data: server } = useQuery(capabilityQueries.current());
  return (
    <div className="flex min-h-dvh flex-col [--bar:2.75rem]">
      <a
        href="#main"
        onClick={(event) => {
          // The address stays as it is: a fragment would be one more entry to go back through.
          event.preventDefault();
          main.current?.focus();
        }}
        className="fixed top-1.5 left-1.5 z-80 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-sm font-medium text-accent-ink focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex h-(--bar) items-center gap-3 border-b border-line bg-surface px-3 sm:px-4">
        <Link
          to="/flows"
          aria-label="Flowline, all flows"
          className="-mx-1 inline-flex items-center gap-2 rounded-md px-1 py-1 font-semibold tracking-tight"
        >
          <ProductMark />
          <span className="hidden sm:inline">Flowline</span>
        </Link>
        <nav aria-label="Main" className="flex h-full">
          <Link to="/flows" className={place} activeOptions={{ includeSearch: false }}>
            Flows
          </Link>
          {server?.records && (
            <Link to="/records" className={place} activeOptions={{ includeSearch: false }}>
              Records
            </Link>
          )}
        </nav>
        <div className="ml-auto flex min-w-0 items-center gap-2 sm:gap-3">
          <ServerMode />
          <ThemeSwitch />
          <SignOutButton />
        </div>
      </header>
      <OfflineNotice />
      <main ref={main} id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
        <Outlet />
      </main>
      <ToastRegion />
      <Announcer />
      <TooltipLayer />
    </div>
  );
}

const place =
  "relative inline-flex h-full items-center rounded-sm px-2 text-sm text-muted focus-inset hover:text-ink aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:bg-accent";

/** The router says when another page is in place; the first page leaves the focus where the browser has it. */
function useFocusOnNewPage(main: { readonly current: HTMLElement | null }) {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged || !main.current) return;
        // What has the focus and is still there belongs to both pages: a tab of one thing, and the thing is the same.
        const focused = document.activeElement;
        if (focused !== main.current && main.current.contains(focused)) return;
        focusHeading(main.current);
      }),
    [router, main],
  );
}
