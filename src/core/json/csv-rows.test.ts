import * as fc from "fast-check";
import { expect, it } from "vitest";
import { CSV_PAUSE_SIGNAL, readCsvRows, readCsvRowsWithPauses } from "./csv-rows.ts";

const read = (text: string, most?: number) => [...readCsvRows(text, most)];
const cells = (text: string) => read(text).map((row) => row.cells);

it("parses quotes, line ends and separators of CSV as spreadsheets write them", () => {
  expect(cells('a,"b, ""c""\r\nd",\r\n1;2,"",3\r4\n')).toEqual([
    ["a", 'b, "c"\r\nd', ""],
    ["1;2", "", "3"],
    ["4"],
  ]);
  expect(cells('a;"b;c"\n1,5;2')).toEqual([
    ["a", "b;c"],
    ["1,5", "2"],
  ]);
  expect(cells("a\tb\n1\t2,3")).toEqual([
    ["a", "b"],
    ["1", "2,3"],
  ]);
  expect(cells('5" pipe,"x"y,z')).toEqual([['5" pipe', '"x"y', "z"]]);
  expect(cells("")).toEqual([]);
  expect(cells("a,")).toEqual([["a", ""]]);
});

it("the CSV parser skips empty lines, but includes them in the row numbers", () => {
  const rows = read("a,b\n\n\r\n1,2\n,\n");
  expect(rows.map(({ row, width }) => [row, width])).toEqual([
    [1, 2],
    [4, 2],
    [5, 2],
  ]);
});

it("the CSV parser reports the row of an unclosed quote", () => {
  const rows = read('a,b\n1,2\n"open,3\n4,5\n');
  expect(rows.at(-1)).toMatchObject({
    row: 3,
    cells: [],
    fault: expect.stringContaining("Unclosed quotation mark"),
  });
});

it("the CSV parser returns at most the requested number of cells per row, and the row's full width", () => {
  expect(read("1,2,3\n4", 2)).toEqual([
    { row: 1, cells: ["1", "2"], width: 3 },
    { row: 2, cells: ["4"], width: 1 },
  ]);
});

it("every table that is written as CSV is read back unchanged", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é") });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(table, (rows) => {
      const text = rows
        .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(","))
        .join("\r\n");
      expect(cells(text)).toEqual(rows);
    }),
  );
});

it.each([
  ["empty lines", "a,b\n", "\n"],
  ["lines of delimiters", "a,b\n", ",\n"],
  ["brackets", "a\n", "[\n"],
  ["quotes", "a\n", '""'],
  ["cells in one row", "", "a,"],
])("the CSV parser takes linear time for millions of %s", (_, head, piece) => {
  let rows = 0;
  for (const row of readCsvRows(head + piece.repeat(5_000_000), 1000))
    rows += row.cells.length > 1000 ? 0 : 1;
  expect(rows).toBeGreaterThan(0);
});

it.each([
  ["empty lines", "\n"],
  ["cells in one row", "a,"],
])("the CSV parser yields pauses between %s", (_, piece) => {
  const pauses = [...readCsvRowsWithPauses(piece.repeat(1_000_000), 1000)].filter(
    (row) => row === CSV_PAUSE_SIGNAL,
  );
  expect(pauses.length).toBeGreaterThanOrEqual(Math.floor((piece.length * 1_000_000) / (256 * 1024)) - 1);
});
