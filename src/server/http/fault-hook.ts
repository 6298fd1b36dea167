import * as z from "zod/mini";
import { setTimeout as wait } from "node:timers/promises";
import type { Context, MiddlewareHandler } from "hono";
import { readBody } from "#server/read-body.ts";
import type { App } from "./app-context.ts";
import { readText } from "./read-text.ts";

const faultList = z.object({
  faults: z.array(
    z.object({
      /** Absent: every method. */
      method: z.optional(z.string()),
      /** As in the endpoint table; `*` stands for anything. */
      path: z.string(),
      delayMs: z.optional(z.number()),
      cut: z.optional(z.enum(["before", "after", "mid"])),
      status: z.optional(z.number()),
      body: z.optional(z.string()),
      headers: z.optional(z.record(z.string(), z.string())),
      /** How many requests it strikes; absent: all. */
      times: z.optional(z.number()),
    }),
  ),
});

type Fault = z.infer<typeof faultList>["faults"][number];

/**
 * For tests: lets requests be late, cut off or answered with anything, so that error states are provoked for real.
 * `POST /local/faults` takes one fault or a list and adds it, `DELETE` removes all. No production build holds this.
 */
export function mountFaultHook(app: App): void {
  let faults: { readonly fault: Fault; left: number }[] = [];
  app.post("/local/faults", async (context) => {
    const sent = JSON.parse(await readText(context.req.raw)) as unknown;
    const body = readBody(JSON.stringify({ faults: Array.isArray(sent) ? sent : [sent] }), faultList);
    const added = body["faults"] as unknown as readonly Fault[];
    faults = [...faults, ...added.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }))];
    return context.body(null, 204);
  });
  app.delete("/local/faults", (context) => {
    faults = [];
    return context.body(null, 204);
  });
  const strike: MiddlewareHandler = async (context, next) => {
    const entry = faults.find(({ fault, left }) => left > 0 && strikes(fault, context));
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
  app.use("*", strike);
}

function strikes(fault: Fault, context: Context): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== context.req.method) return false;
  const pattern = fault.path
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll(/:\w+/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(context.req.path);
}

function cutConnection(context: Context): Response {
  const { incoming } = context.env as { incoming?: { readonly socket: { destroy(): void } } };
  incoming?.socket.destroy();
  return new Response(null, { status: 500 });
}

/** The head and half of the body, then the end of the connection. */
async function cutBody(response: Response): Promise<Response> {
  const whole = new Uint8Array(await response.arrayBuffer());
  const half = whole.slice(0, Math.floor(whole.byteLength / 2));
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(half);
      await wait(50);
      controller.error(new Error("cut for a test"));
    },
  });
  const headers = new Headers(response.headers);
  headers.set("content-length", String(whole.byteLength));
  return new Response(body, { status: response.status, headers });
}
