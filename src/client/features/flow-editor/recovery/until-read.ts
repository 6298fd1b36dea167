import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** Resolves once no read of this is under way, and the page has drawn what it brought. */
export async function untilRead(client: QueryClient, queryKey: QueryKey): Promise<void> {
  const isReading = () => client.isFetching({ queryKey, exact: true }) > 0;
  await new Promise<void>((resolve) => {
    if (!isReading()) return resolve();
    const stop = client.getQueryCache().subscribe(() => {
      if (isReading()) return;
      stop();
      resolve();
    });
  });
  await new Promise((resolve) => {
    setTimeout(resolve);
  });
}
