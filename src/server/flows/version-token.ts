interface Revised {
  readonly revision: number;
  readonly definitionHash: string;
}

export function computeFlowVersionToken(flow: Revised): string {
  return `${flow.revision}-${flow.definitionHash.slice(0, 16)}`;
}

/**
 * Whether `If-Match` allows a write to this revision; always true without the header, as in the hosted API. Ignores
 * what follows the token in the ETag of a read, the weak prefix, and the suffix that compressing proxies add.
 */
export function isWriteAllowedByIfMatch(header: string | undefined, flow: Revised): boolean {
  if (header === undefined) return true;
  const token = computeFlowVersionToken(flow);
  return header.split(",").some((part) => {
    const [tag] = part
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1")
      .replace(/-(?:gzip|br)$/, "")
      .split(".");
    return tag === "*" || tag === token;
  });
}
