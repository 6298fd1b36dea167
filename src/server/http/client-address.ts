import { isIP, isIPv6 } from "node:net";
import type { Context } from "hono";

/** Each trusted proxy appends to `X-Forwarded-For`; the client may have forged earlier entries. */
export function getClientIpAddress(context: Context, trustedProxies: number): string {
  const { incoming } = (context.env ?? {}) as {
    readonly incoming?: { readonly socket?: { remoteAddress?: string } };
  };
  const peer = incoming?.socket?.remoteAddress ?? "";
  if (trustedProxies === 0) return peer;
  const address = (context.req.header("x-forwarded-for") ?? "").split(",").at(-trustedProxies)?.trim() ?? "";
  return isIP(address) === 0 ? peer : address;
}

/** Returns the address, or the /64 network of an IPv6 address: a single client may use a whole /64 network. */
export function getNetworkOfAddress(address: string): string {
  const embedded = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (embedded !== undefined) return embedded;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const front = head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  return [...front, ...gap, ...back].slice(0, 4).join(":");
}
