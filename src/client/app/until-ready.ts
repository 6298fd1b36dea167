import type { QueryClient } from "@tanstack/react-query";
import type { AnyRouter } from "@tanstack/react-router";

/** Longer than that nobody looks at an empty page: then it is drawn as far as it goes. */
const PATIENCE_MS = 100;

/**
 * Resolves once all that the address needs is there, its code and its answers, or cannot be had, or after a moment. What was asked for while
 * the code was on the way ({@link findFirstRequests}) mostly is: then the page is drawn once, without placeholders.
 */
export async function untilReady(router: AnyRouter, client: QueryClient): Promise<void> {
  const isRead = () => client.isFetching() === 0;
  const untilRead = new Promise<void>((resolve) => {
    const stop = client.getQueryCache().subscribe(() => {
      if (!isRead()) return;
      stop();
      resolve();
    });
  });
  const patience = new Promise<void>((resolve) => {
    setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([Promise.allSettled([router.load(), untilRead]), patience]);
}
