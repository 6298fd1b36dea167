export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets into lines and columns from 1. Asked in ascending order, it reads the text once however often it is asked. */
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
