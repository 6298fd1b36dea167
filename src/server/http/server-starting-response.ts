import type { ServerConfig } from "#server/config/config.ts";
import { HttpError } from "./http-error.ts";
import { createStyleNonce, setSecurityHeaders } from "./security-headers.ts";
import { isHtmlPageRequest } from "./static-files.ts";

const RETRY_SECONDS = "1";

/** Alive but not ready. Reloads by the header `Refresh`: the policy allows no scripts. */
export function createServerStartingResponse(
  request: Request,
  config: Pick<ServerConfig, "publicUrl">,
  progress: string | undefined,
): Response {
  const { pathname } = new URL(request.url);
  const response =
    pathname === "/healthz"
      ? json(200, JSON.stringify({ ok: true, progress }))
      : request.method === "GET" && isHtmlPageRequest(pathname, request.headers.get("accept"))
        ? startingPage(progress)
        : starting();
  setSecurityHeaders(response.headers, pathname, config);
  return response;
}

function starting(): Response {
  const message = "The server is starting.";
  return json(503, new HttpError(503, message, [{ message, code: "STARTING" }]).body, {
    "retry-after": RETRY_SECONDS,
  });
}

function json(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Response {
  const type = "application/json; charset=utf-8";
  return new Response(body, {
    status,
    headers: { "content-type": type, "cache-control": "private, no-store", ...headers },
  });
}

function startingPage(progress: string | undefined): Response {
  const nonce = createStyleNonce();
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Flowline is starting</title>
<style nonce="${nonce}">
body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 0.5rem; padding: 1rem; text-align: center; font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.25rem; font-weight: 600; }
p { margin: 0; }
</style>
<main>
<h1>Flowline is starting…</h1>
<p>${progress ?? "This page reloads until it is ready."}</p>
</main>
</html>
`;
  return new Response(page, {
    status: 503,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "retry-after": RETRY_SECONDS,
      refresh: RETRY_SECONDS,
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  });
}
