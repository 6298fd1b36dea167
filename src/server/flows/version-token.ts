interface Revised {
  readonly revision: number;
  readonly definitionHash: string;
}

/** Names one state of a flow: `<revision>-<hash of the content>`. */
export function versionToken(flow: Revised): string {
  return `${flow.revision}-${flow.definitionHash.slice(0, 16)}`;
}

/**
 * Whether `If-Match` allows a write to this state. A weak mark and the suffix that a compressing proxy puts into an
 * ETag are ignored; without the header every write is allowed, as on the real API.
 */
export function isMatch(header: string | undefined, flow: Revised): boolean {
  if (header === undefined) return true;
  const token = versionToken(flow);
  return header.split(",").some((part) => {
    const tag = part
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1")
      .replace(/-(?:gzip|br)$/, "");
    return tag === "*" || tag === token;
  });
}
