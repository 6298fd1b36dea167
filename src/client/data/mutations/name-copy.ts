import { FLOW_LIMITS } from "#contract/flow.ts";

const COPY = /^Copy (?:(\d{1,6}) )?of /;

/** Names a copy of a flow. The copy of a copy is counted, such as “Copy 2 of Digest”. */
export function nameCopy(original: string): string {
  const [prefix = "", count = "1"] = COPY.exec(original) ?? [];
  const copy = prefix === "" ? "Copy of " : `Copy ${Number(count) + 1} of `;
  return `${copy}${original.slice(prefix.length)}`.slice(0, FLOW_LIMITS.name);
}
