import * as z from "zod/mini";
import { setTimeout as wait } from "node:timers/promises";
import type { Context, MiddlewareHandler } from "hono";
import { parseRequestBody } from "./parse-request-body.ts";
import type { HonoApp, HttpAppDependencies } from "./http-app-dependencies.ts";
import { readBodyText } from "./read-text.ts";

const fault = z.object({
  method: z.optional(z.string()),
  /** A path as in the API's endpoints, such as `/v1/flows/:id`; `*` matches any characters. */
  path: z.string(),
  delayMs: z.optional(z.number()),
  /** `mid`: after half of a response or the start of a stream; `open`: all connections in progress. */
  cut: z.optional(z.enum(["before", "after", "mid", "open"])),
  status: z.optional(z.number()),
  body: z.optional(z.string()),
  headers: z.optional(z.record(z.string(), z.string())),
  times: z.optional(z.number()),
});

const faultList = z.object({ faults: z.array(z.union([fault, z.object({ clockMs: z.number() })])) });

type Fault = z.infer<typeof fault>;

/** In test builds. `POST /local/faults` adds faults, `DELETE` removes all. `{"clockMs": n}` shifts the clock. */
export function mountFaultInjection<Given extends HttpAppDependencies>(app: HonoApp, context: Given): Given {
  let faults: { readonly fault: Fault; left: number }[] = [];
  let clockMs = 0;
  const underWay = new Set<Context>();
  app.post("/local/faults", async (context) => {
    const sent: unknown = JSON.parse(await readBodyText(context.req.raw));
    const body = parseRequestBody(JSON.stringify({ faults: Array.isArray(sent) ? sent : [sent] }), faultList);
    for (const added of body.faults) {
      if ("clockMs" in added) clockMs = added.clockMs;
      else if (added.cut === "open") cutAll(underWay, added);
      else faults = [...faults, { fault: added, left: added.times ?? Number.POSITIVE_INFINITY }];
    }
    return context.body(null, 204);
  });
  app.delete("/local/faults", (context) => {
    faults = [];
    clockMs = 0;
    return context.body(null, 204);
  });
  const applyFault: MiddlewareHandler = async (context, next) => {
    underWay.add(context);
    context.env?.outgoing?.once("close", () => underWay.delete(context));
    const entry = faults.find(({ fault, left }) => left > 0 && matchesFault(fault, context));
    if (!entry) return next();
    entry.left -= 1;
    const { fault } = entry;
    if (fault.delayMs !== undefined) await wait(fault.delayMs);
    if (fault.cut === "before") return cutConnection(context);
    if (fault.status !== undefined) {
      return new Response(fault.body ?? JSON.stringify({ error: "A fault for a test." }), {
        status: fault.status,
        headers: { "content-type": "application/json", ...fault.headers },
      });
    }
    await next();
    if (fault.cut === "after") return cutConnection(context);
    if (fault.cut === "mid") context.res = await cutBody(context.res);
  };
  app.use("*", applyFault);
  return { ...context, now: () => context.now() + clockMs };
}

function matchesFault(fault: Fault, context: Context): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== context.req.method) return false;
  const pattern = fault.path
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll(/:\w+/g, "[^/]+");
  // oxlint-disable-next-line patterns/written-out -- in test builds only, and made by the tests
  return new RegExp(`^${pattern}$`).test(context.req.path);
}

function cutAll(underWay: ReadonlySet<Context>, fault: Fault): void {
  for (const context of underWay) if (matchesFault(fault, context)) cutConnection(context);
}

function cutConnection(context: Context): Response {
  const { incoming } = context.env as { incoming?: { readonly socket: { destroy(): void } } };
  incoming?.socket.destroy();
  return new Response(null, { status: 500 });
}

async function cutBody(response: Response): Promise<Response> {
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  const [part, length] = isStream ? await readBeginning(response) : await readHalf(response);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(part);
      await wait(50);
      controller.error(new Error("cut for a test"));
    },
  });
  const headers = new Headers(response.headers);
  if (length !== undefined) headers.set("content-length", String(length));
  return new Response(body, { status: response.status, headers });
}

async function readHalf(response: Response): Promise<readonly [Uint8Array, number]> {
  const whole = new Uint8Array(await response.arrayBuffer());
  return [whole.slice(0, Math.floor(whole.byteLength / 2)), whole.byteLength];
}

async function readBeginning(response: Response): Promise<readonly [Uint8Array, undefined]> {
  const reader = response.body?.getReader();
  const part = await reader?.read();
  await reader?.cancel();
  return [part?.value ?? new Uint8Array(), undefined];
}
