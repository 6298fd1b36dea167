import { type SequenceAlignment, alignSequences } from "#core/difference/align.ts";

/** By line (diff3: Khanna, Kunal, Pierce 2007). Undefined if both changed the same or adjacent lines. */
export function mergeText(base: string, mine: string, theirs: string): string | undefined {
  return mergeLines(base, mine, theirs, () => undefined);
}

/** Like {@link mergeText}, but uses my lines for every conflict, as a starting point for editing. */
export function mergeTextPreferringMine(base: string, mine: string, theirs: string): string {
  return mergeLines(base, mine, theirs, (lines) => lines) ?? mine;
}

type Lines = readonly string[];

function mergeLines(
  base: string,
  mine: string,
  theirs: string,
  resolve: (mine: Lines) => Lines | undefined,
): string | undefined {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  const [baseLines, mineLines, theirLines] = [base, mine, theirs].map((text) => text.split("\n"));
  if (!baseLines || !mineLines || !theirLines || Math.min(mineLines.length, theirLines.length) < 2)
    return undefined;
  const myLineByBaseLine = toMap(alignSequences(baseLines, mineLines));
  const theirLineByBaseLine = toMap(alignSequences(baseLines, theirLines));
  const merged: string[] = [];
  let [atBase, atMine, atTheirs] = [0, 0, 0];
  for (let line = 0; line <= baseLines.length; line += 1) {
    const isEnd = line === baseLines.length;
    const toMine = isEnd ? mineLines.length : myLineByBaseLine.get(line);
    const toTheirs = isEnd ? theirLines.length : theirLineByBaseLine.get(line);
    // Skips lines that one text lacks: only lines that all three texts have in common separate independent changes.
    if (toMine === undefined || toTheirs === undefined) continue;
    const own = mineLines.slice(atMine, toMine);
    const chunk =
      mergeChunk(baseLines.slice(atBase, line), own, theirLines.slice(atTheirs, toTheirs)) ?? resolve(own);
    if (!chunk) return undefined;
    merged.push(...chunk, ...baseLines.slice(line, line + 1));
    [atBase, atMine, atTheirs] = [line + 1, toMine + 1, toTheirs + 1];
  }
  return merged.join("\n");
}

function toMap(alignment: SequenceAlignment): ReadonlyMap<number, number> {
  return new Map(alignment);
}

function mergeChunk(base: Lines, mine: Lines, theirs: Lines): Lines | undefined {
  const [was, here, there] = [base, mine, theirs].map((lines) => lines.join("\n"));
  if (here === there && mine.length === theirs.length) return mine;
  if (was === there && base.length === theirs.length) return mine;
  if (was === here && base.length === mine.length) return theirs;
  return undefined;
}
