import { expect, it } from "vitest";
import {
  decodeImportFile,
  type ImportColumnMapping,
  formatRowsAsCsv,
  guessImportColumnMapping,
  readImportFile,
} from "./read-import-file.ts";
import { toImportedRecordBody } from "./plan-records.ts";

const byName: ImportColumnMapping = { nameColumn: "name", typeColumn: undefined, fixedType: "customer" };

it("a CSV file keeps its cells unchanged and numbers its rows like a spreadsheet", () => {
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
  ["commas and a byte order mark", "\uFEFFname,city\nAda,Bern\n"],
  ["semicolons", "name;city\nAda;Bern\n"],
  ["tabs", "name\tcity\nAda\tBern\n"],
  ["different line ends", "name,city\nAda,Bern\r\n"],
])("a CSV file is read with %s", (_, text) => {
  const table = readImportFile("a.csv", text);
  expect(table).toMatchObject({ columns: ["name", "city"], rows: [["Ada", "Bern"]], numbers: [2] });
});

it("a CSV file is written so that it is read back unchanged", () => {
  const rows = [
    ["name", "small; medium; large"],
    ["Ada", ' a,"b"\r\nc '],
  ];
  const table = readImportFile("a.csv", formatRowsAsCsv(rows));
  expect([table.columns, ...(table.rows as string[][])]).toEqual(rows);
});

it("a JSON file puts all other fields into the metadata if it contains other objects", () => {
  const table = readImportFile("a.json", '{"data":[{"name":"Ada","plan":"pro","metadata":3}]}');
  expect(table.kind === "json" && toImportedRecordBody(table, byName, 0)).toEqual({
    name: "Ada",
    type: "customer",
    metadata: { plan: "pro", metadata: 3 },
  });
});

it.each([
  ["{}", "must be a list"],
  ["[]", "empty"],
  ["[1]", "Item 1 is not an object"],
  ['[{"n":12345678901234567890}]', "12345678901234567890"],
  ["[{]", "line 1, column 3"],
])("a JSON file with the content %s is rejected with a reason", (text, reason) => {
  expect(() => readImportFile("a.json", text)).toThrow(reason);
});

it("the bytes of a file are decoded as UTF-8, UTF-16 or Windows-1252", async () => {
  expect(await decodeImportFile(new Blob(["Zoë"]))).toEqual({ text: "Zoë", isGuessed: false });
  expect(await decodeImportFile(new Blob([new Uint8Array([0x5a, 0x6f, 0xeb])]))).toEqual({
    text: "Zoë",
    isGuessed: true,
  });
  expect(await decodeImportFile(new Blob([new Uint8Array([0xff, 0xfe, 0x5a, 0, 0xeb, 0])]))).toEqual({
    text: "Zë",
    isGuessed: false,
  });
});

it("the bytes of a file are rejected if they are not text", async () => {
  await expect(decodeImportFile(new Blob(["PK\u0003\u0004"]))).rejects.toThrow("Save the sheet as CSV");
  await expect(decodeImportFile(new Blob(["a\0b"]))).rejects.toThrow("not text");
});

it.each([
  ["tickets.csv", "tickets"],
  ["tickets (2).csv", "tickets"],
  ["support.tickets.json", "support.tickets"],
  [".csv", "record"],
])("the record type that an import suggests for the file %s is %s", (fileName, type) => {
  expect(guessImportColumnMapping({ columns: ["name"] }, "", fileName).fixedType).toBe(type);
});

it("the record type that an import suggests is the type of the page if the page shows one record type", () => {
  expect(guessImportColumnMapping({ columns: ["name"] }, "customer", "tickets.csv").fixedType).toBe(
    "customer",
  );
});
