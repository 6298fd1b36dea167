/** As editors show them: both from 1, columns in UTF-16 units. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets into lines and columns. Asked in ascending order, it reads the text once however often it is asked. */
export function createLineFinder(text: string): (offset: number) => LineAndColumn {
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

/** Line and column of one offset. */
export function lineAndColumn(text: string, offset: number): LineAndColumn {
  return createLineFinder(text)(offset);
}
