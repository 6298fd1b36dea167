import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { type ImportFile, readImportFiles } from "./read-import-files.ts";

const flow = (name: string) =>
  JSON.stringify({ name, flowSteps: [{ type: "set-variable", name: "Set", config: { variableName: "x" } }] });
const file = (path: string, content: BlobPart): ImportFile => ({ path, blob: new Blob([content]) });
const read = (...files: readonly ImportFile[]) => readImportFiles(files, () => undefined);
const archive = (entries: Record<string, string>, at = "backup.zip") => {
  const files = Object.entries(entries).map(([name, text]) => [name, strToU8(text)] as const);
  return file(at, zipSync(Object.fromEntries(files)));
};

/**
 * Changes the declared uncompressed size of the only entry, in its local header and in the central directory.
 */
function declareSize(archived: Uint8Array, name: string, size: number): BlobPart {
  const view = new DataView(archived.buffer);
  const endLength = 22;
  const directory = archived.length - endLength - (46 + name.length);
  for (const at of [22, directory + 24]) view.setUint32(at, size, true);
  return archived as BlobPart;
}

test("reads files in order, and reports refused files next to the others", async () => {
  const done: number[] = [];
  const files = [file("a.json", flow("A")), file("b.json", "{"), file("c.json", flow("C"))];
  const results = await readImportFiles(files, (count) => done.push(count));
  expect(results.map(({ type, path }) => [type, path])).toEqual([
    ["flows", "a.json"],
    ["refused", "b.json"],
    ["flows", "c.json"],
  ]);
  expect(done).toEqual([1, 2, 3]);
});

test("previews the first steps, the number of all steps, and the problems of a flow", async () => {
  const steps = [
    {
      type: "prompt",
      name: "Ask",
      config: { userPrompt: "{{page}}", model: "gpt-4o", outputVariable: "answer" },
    },
    {
      type: "conditional",
      name: "If",
      enabled: false,
      config: {
        condition: "true",
        trueSteps: [{ type: "fetch-url", name: "Get", config: { outputVariable: "page" } }],
      },
    },
  ];
  const [result] = await read(file("a.json", JSON.stringify({ name: "A", flowSteps: steps })));
  expect(result).toMatchObject({
    flows: [
      {
        line: [
          { type: "prompt", enabled: true },
          { type: "conditional", enabled: false },
        ],
        topLevelStepCount: 2,
        stepCount: 3,
        disabledStepCount: 1,
      },
    ],
  });
  const preview = result?.type === "flows" ? result.flows[0] : undefined;
  expect(preview?.errorCount).toBeGreaterThan(0);
  expect(preview?.problems.join(" ")).toContain("URL");
});

test("reads the JSON files of an archive, and ignores folders and files of the operating system", async () => {
  const entries = {
    "flows/a.json": flow("A"),
    "flows/../../etc/b.json": flow("B"),
    "__MACOSX/flows/._a.json": "x",
    ".DS_Store": "x",
    "read me.txt": "x",
  };
  const results = await read(archive(entries));
  expect(results.map(({ path, type }) => `${type} ${path}`)).toEqual([
    "flows backup.zip/flows/a.json",
    "flows backup.zip/flows/../../etc/b.json",
    "refused backup.zip/read me.txt",
  ]);
  expect(await read(archive({ ".DS_Store": "x" }))).toMatchObject([
    { reasons: ["The archive has no JSON file."] },
  ]);
});

test("refuses binary files, damaged archives and entries that decompress to too much", async () => {
  const [binary] = await read(file("a.json", new Uint8Array([0xff, 0xfe, 0, 1, 200])));
  expect(binary).toMatchObject({ reasons: ["Not a text file in UTF-8."] });
  const [damaged] = await read(file("a.zip", new Uint8Array([0x50, 0x4b, 3, 4, 9, 9, 9])));
  expect(damaged).toMatchObject({ reasons: ["The archive is damaged or encrypted."] });
  const bomb = declareSize(zipSync({ "bomb.json": strToU8(flow("B")) }), "bomb.json", 70 * 1024 * 1024);
  const results = await read(file("bomb.zip", bomb), file("a.json", flow("A")));
  expect(results).toMatchObject([
    { type: "refused", path: "bomb.zip/bomb.json", reasons: ["The file is larger than 64 MiB."] },
    { type: "flows", path: "a.json" },
  ]);
});

test("an entry that is larger than its declared size is cut off and does not parse", async () => {
  const text = `{"name": "A", "flowSteps": []${" ".repeat(5000)}}`;
  const bytes = declareSize(zipSync({ "a.json": strToU8(text) }), "a.json", 100);
  expect(await read(file("lie.zip", bytes))).toMatchObject([{ type: "refused" }]);
});

test("reports a file that cannot be read", async () => {
  const blob = new Blob(["x"]);
  blob.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotFoundError"));
  expect(await read({ path: "folder", blob })).toMatchObject([{ type: "refused", path: "folder" }]);
});
