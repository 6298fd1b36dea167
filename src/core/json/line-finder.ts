/** Line and column count from 1, as in editors; columns count UTF-16 units. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Offsets must ascend, so that the text is read only once. */
export function createLineAndColumnFinder(text: string): (offset: number) => LineAndColumn {
  let line = 1;
  let start = 0;
  return (offset) => {
    for (let end = text.indexOf("\n", start); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
      line += 1;
      start = end + 1;
    }
    return { line, column: offset - start + 1 };
  };
}

export function findLineAndColumn(text: string, offset: number): LineAndColumn {
  return createLineAndColumnFinder(text)(offset);
}
