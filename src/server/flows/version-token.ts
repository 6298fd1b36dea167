interface Revised {
  readonly revision: number;
  readonly definitionHash: string;
}

export function computeFlowVersionToken(flow: Revised): string {
  return `${flow.revision}-${flow.definitionHash.slice(0, 16)}`;
}

/** True without the header. Ignores the ETag's weak prefix and what follows the token. */
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
