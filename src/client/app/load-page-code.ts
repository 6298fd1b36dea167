import { NetworkError } from "#client/data/api/api-error.ts";

const TIME_LIMIT_MS = 5000;

/**
 * Loads the code of a page. Throws a {@link NetworkError} if the server cannot be reached, because the router responds
 * to other load errors by reloading the document, which would replace the app with an error page of the browser.
 */
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
