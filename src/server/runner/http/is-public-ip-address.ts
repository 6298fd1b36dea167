import { BlockList, isIP } from "node:net";

const FORBIDDEN_4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Link-local addresses: cloud providers serve credentials at 169.254.169.254.
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Within 2000::/3, outside of which every address is refused. */
const FORBIDDEN_6: readonly (readonly [string, number])[] = [
  // Teredo (2001::/32) and, below, 6to4 (2002::/16): tunnel addresses, which may lead to a private IPv4 address.
  ["2001::", 32],
  ["2001:2::", 48],
  ["2001:10::", 28],
  ["2001:20::", 28],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const forbidden = new BlockList();
for (const [net, prefix] of FORBIDDEN_4) forbidden.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of FORBIDDEN_6) forbidden.addSubnet(net, prefix, "ipv6");

const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");

/** In the notation of `URL` or DNS. False for anything that is not an IP address. */
export function isPublicIpAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !forbidden.check(address, "ipv4");
    case 6: {
      const inner = findEmbedded(address);
      if (inner !== undefined) return isPublicIpAddress(inner);
      return global.check(address, "ipv6") && !forbidden.check(address, "ipv6");
    }
    default:
      return false;
  }
}

function findEmbedded(address: string): string | undefined {
  const [withoutZone = ""] = address.split("%");
  // Normalizes the address by `URL`, because an IPv6 address has many spellings.
  const written = new URL(`http://[${withoutZone}]/`).hostname.slice(1, -1);
  const [, high, low] = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(written) ?? [];
  if (low === undefined) return undefined;
  const parts = [parseInt(high ?? "0", 16), parseInt(low, 16)];
  return parts.flatMap((part) => [part >> 8, part & 255]).join(".");
}
