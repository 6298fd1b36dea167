import type { Context } from "hono";
import type { HonoApp, HonoEnvironment, HttpAppDependencies } from "./http-app-dependencies.ts";
import type { CallerIdentity } from "./identify-caller.ts";
import { getClientIpAddress, getNetworkOfAddress } from "./client-address.ts";
import { createLocalRateLimiter, createRateLimiter } from "./rate-limit.ts";

/** By key, else by address. Throws 429 above the limit; otherwise sets `rateLimitHeaders`. */
export type RequestLimiter = (
  request: Context<HonoEnvironment>,
  identity: CallerIdentity | undefined,
) => Promise<void> | undefined;

export function createRequestLimiter(dependencies: HttpAppDependencies): RequestLimiter {
  const { rateLimit, trustedProxies } = dependencies.config;
  if (rateLimit === undefined) return () => undefined;
  const limitKey = createRateLimiter(rateLimit, dependencies);
  // Stays in memory: callers without a key must neither cause writes to the store nor leave their addresses there.
  const limitAddress = createLocalRateLimiter(rateLimit, dependencies.monotonic);
  return async (request, identity) => {
    const headers = identity
      ? await limitKey(identity.name)
      : limitAddress(getNetworkOfAddress(getClientIpAddress(request, trustedProxies)));
    request.set("rateLimitHeaders", headers);
  };
}

/** Adds the headers of the limit to responses. An upstream's own headers stay: they are about the whole account. */
export function mountRateLimitHeaders(app: HonoApp): void {
  app.use("*", async (request, next) => {
    await next();
    const given = request.get("rateLimitHeaders") ?? {};
    if (Object.keys(given).some((name) => request.res.headers.has(name))) return;
    for (const [name, value] of Object.entries(given)) request.res.headers.set(name, value);
  });
}
