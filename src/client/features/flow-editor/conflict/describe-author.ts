import type { VersionMark } from "#core/history.ts";
import { quoteName } from "#core/quote-name.ts";
import { liveEvents } from "#client/data/live-events.ts";

export interface Author {
  /** At the start of a sentence: “Somebody”, “Another tab”. */
  readonly who: string;
  /** After “you and”: “somebody else”, “another tab”. */
  readonly whom: string;
  /** After a verb: “elsewhere”, “in another tab”. */
  readonly where: string;
  /** After what was made: “from elsewhere”, “from another tab”. */
  readonly from: string;
}

/**
 * Who made a version of a flow, in words, as the server has told while the page was open. Versions are told apart by
 * token: what is known of another one says nothing of this.
 */
export function describeAuthor(flowId: string, { token }: VersionMark): Author {
  const change = liveEvents.findForeignChange(flowId);
  const isOfIt = change !== undefined && token !== undefined && change.versionToken === token;
  if (isOfIt && change.origin !== "elsewhere")
    return { who: "Another tab", whom: "another tab", where: "in another tab", from: "from another tab" };
  const key = isOfIt ? change.by.key : null;
  if (key === null || key === "")
    return { who: "Somebody", whom: "somebody else", where: "elsewhere", from: "from elsewhere" };
  const name = quoteName(key);
  return { who: name, whom: name, where: `by ${name}`, from: `from ${name}` };
}
