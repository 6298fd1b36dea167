import { describe, expect, it } from "vitest";
import { decodeFile } from "./decode-file.ts";
import { type ImportMapping, guessMapping } from "./import-table.ts";
import { planRecords, toRecord } from "./plan-records.ts";
import { readImportFile } from "./read-import-file.ts";
import { writeCsv } from "./write-csv.ts";

const byName: ImportMapping = { nameColumn: "name", typeColumn: undefined, fixedType: "customer" };

describe("a CSV file", () => {
  it("keeps its cells as they are, and the numbers of its rows as a spreadsheet shows them", () => {
    const table = readImportFile("a.csv", 'name,note\n\nAda,"a, ""b""\nc"\n,\nBob,007\n');
    expect(table).toMatchObject({
      columns: ["name", "note"],
      rows: [
        ["Ada", 'a, "b"\nc'],
        ["Bob", "007"],
      ],
      numbers: [3, 5],
    });
  });

  it.each([
    ["name;city\nAda;Bern", ["name", "city"]],
    ["name\tcity\nAda\tBern", ["name", "city"]],
    ["\uFEFFname,city\nAda,Bern", ["name", "city"]],
  ])("is read whatever parts its cells", (text, columns) => {
    expect(readImportFile("a.csv", text).columns).toEqual(columns);
  });

  it.each([["name,city\r\nAda,Bern\nBob,Basel\n"], ["name,city\nAda,Bern\r\nBob,Basel\r\n"]])(
    "may end its lines in more than one way",
    (text) => {
      expect(readImportFile("a.csv", text)).toMatchObject({
        rows: [
          ["Ada", "Bern"],
          ["Bob", "Basel"],
        ],
        numbers: [2, 3],
      });
    },
  );

  it("is written as it was read", () => {
    const rows = [
      ["name", "small; medium; large"],
      ["Ada", ' a,"b"\r\nc '],
    ];
    const table = readImportFile("a.csv", writeCsv(rows));
    expect([table.columns, ...(table.rows as string[][])]).toEqual(rows);
  });

  it.each([
    ["", "empty"],
    ["name,city\n", "no rows"],
    ["name,name\na,b", "Two columns"],
    [",\na,b", "name the columns"],
    ['name\n"Ada', "never closed"],
  ])("that is %j is refused with a sentence", (text, reason) => {
    expect(() => readImportFile("a.csv", text)).toThrow(reason);
  });

  it("tells each row that cannot be a record why", () => {
    const long = "x".repeat(501);
    const table = readImportFile("a.csv", `name,city\nAda,Bern\n,Bern\nAda,Basel\nBob\n${long},Bern\n`);
    const { good, problems } = planRecords(table, byName);
    expect(good).toEqual([0]);
    expect(problems).toEqual([
      { row: 3, message: "It has no name." },
      { row: 4, message: "The same type and name as row 2." },
      { row: 5, message: "It has 1 cell where the first row has 2." },
      { row: 6, message: "Its name has 501 characters; 500 are the most." },
    ]);
  });
});

describe("a JSON file", () => {
  it("of records becomes just those, with the metadata as it stands", () => {
    const text = '[{"type":"a","name":"Ada","metadata":{"b":1,"__proto__":2},"id":"record_1"}]';
    const table = readImportFile("a.json", text);
    const mapping = guessMapping(table, "other");
    expect(table.kind === "json" && JSON.stringify(toRecord(table, mapping, 0))).toBe(
      '{"name":"Ada","type":"a","metadata":{"b":1,"__proto__":2}}',
    );
  });

  it("of any objects makes metadata of what is not the name or the type", () => {
    const table = readImportFile("a.json", '{"data":[{"name":"Ada","plan":"pro","metadata":3}]}');
    expect(table.kind === "json" && toRecord(table, byName, 0)).toEqual({
      name: "Ada",
      type: "customer",
      metadata: { plan: "pro", metadata: 3 },
    });
  });

  it.each([
    ["{}", "not a list"],
    ["[]", "empty"],
    ["[1]", "Item 1 is no object"],
    ['[{"n":12345678901234567890}]', "12345678901234567890"],
    ["[{]", "line 1, column 3"],
  ])("that is %s is refused with a sentence", (text, reason) => {
    expect(() => readImportFile("a.json", text)).toThrow(reason);
  });
});

describe("the bytes of a file", () => {
  it("are read in the encodings that spreadsheets save in", async () => {
    expect(await decodeFile(new Blob(["Zoë"]))).toEqual({ text: "Zoë", isGuessed: false });
    expect(await decodeFile(new Blob([new Uint8Array([0x5a, 0x6f, 0xeb])]))).toEqual({
      text: "Zoë",
      isGuessed: true,
    });
    expect(await decodeFile(new Blob([new Uint8Array([0xff, 0xfe, 0x5a, 0, 0xeb, 0])]))).toEqual({
      text: "Zë",
      isGuessed: false,
    });
  });

  it("that are no text are refused", async () => {
    await expect(decodeFile(new Blob(["PK\u0003\u0004"]))).rejects.toThrow("Save the sheet as CSV");
    await expect(decodeFile(new Blob(["a\0b"]))).rejects.toThrow("not text");
  });
});
