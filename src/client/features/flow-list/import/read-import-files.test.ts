import type * as fflate from "fflate";
import { strToU8, zipSync } from "fflate";
import { beforeEach, expect, test, vi } from "vitest";
import { parsePreviewedFlow } from "./previewed-flow.ts";
import { type ImportFile, readImportFiles } from "./read-import-files.ts";

/** Bytes that each call of the library has unpacked. */
const unpackedBytes: number[] = [];

vi.mock("fflate", async (importOriginal) => {
  const library = await importOriginal<typeof fflate>();
  return {
    ...library,
    unzipSync: (...input: Parameters<typeof library.unzipSync>) => {
      const files = library.unzipSync(...input);
      unpackedBytes.push(Object.values(files).reduce((sum, { length }) => sum + length, 0));
      return files;
    },
  };
});

beforeEach(() => {
  unpackedBytes.length = 0;
});

const flow = (name: string) =>
  JSON.stringify({ name, flowSteps: [{ type: "set-variable", name: "Set", config: { variableName: "x" } }] });
const file = (path: string, content: BlobPart): ImportFile => ({ path, blob: new Blob([content]) });
const read = (...files: readonly ImportFile[]) => readImportFiles(files, () => undefined);
const archive = (entries: Record<string, string>, at = "backup.zip") => {
  const files = Object.entries(entries).map(([name, text]) => [name, strToU8(text)] as const);
  return file(at, zipSync(Object.fromEntries(files)));
};

/** Changes the uncompressed size that the directory of an archive declares for each entry. */
function declareSizes(archived: Uint8Array, size: number): BlobPart {
  const view = new DataView(archived.buffer);
  const endOfDirectory = archived.length - 22;
  for (
    let at = view.getUint32(endOfDirectory + 16, true);
    at < endOfDirectory;
    at += 46 + view.getUint16(at + 28, true)
  )
    view.setUint32(at + 24, size, true);
  return archived as BlobPart;
}

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
  const bomb = declareSizes(zipSync({ "bomb.json": strToU8(flow("B")) }), 70 * 1024 * 1024);
  const results = await read(file("bomb.zip", bomb), file("a.json", flow("A")));
  expect(results).toMatchObject([
    { type: "refused", path: "bomb.zip/bomb.json", reasons: [TOO_LARGE] },
    { type: "flows", path: "a.json" },
  ]);
});

const TOO_LARGE = "The file is larger than 4 MiB. Unpack the archive to import it.";

test("at most 4 MiB of an archive are unpacked at a time, and nothing of an entry that is larger", async () => {
  const padded = (name: string, size: number) => flow(name).padEnd(size);
  const mebibyte = 1024 * 1024;
  const entries = {
    "1.json": padded("1", 3 * mebibyte),
    "2.json": padded("2", 2 * mebibyte),
    "3.json": padded("3", 2 * mebibyte),
    "large.json": padded("large", 4 * mebibyte + 1),
    "4.json": padded("4", 4 * mebibyte),
    "5.json": flow("5"),
  };
  const results = await read(archive(entries));
  expect(results.map(({ path, type }) => `${type} ${path}`)).toEqual([
    ...[1, 2, 3, 4, 5].map((number) => `flows backup.zip/${number}.json`),
    "refused backup.zip/large.json",
  ]);
  expect(results.at(-1)).toMatchObject({ reasons: [TOO_LARGE] });
  const small = flow("5").length;
  expect(unpackedBytes).toEqual([0, 3 * mebibyte, 4 * mebibyte, 4 * mebibyte, small]);
});

test("archives are unpacked up to 256 MiB in total", async () => {
  const entries = Array.from({ length: 65 }, (_, index) => [`${index}.json`, strToU8(flow("A"))] as const);
  const archived = declareSizes(zipSync(Object.fromEntries(entries)), 4 * 1024 * 1024);
  const results = await read(file("backup.zip", archived), archive({ "b.json": flow("B") }, "b.zip"));
  expect(results.filter(({ type }) => type === "flows")).toHaveLength(64);
  const reasons = ["The files of the archives are larger than 256 MiB in total."];
  expect(results.slice(64)).toMatchObject([
    { path: "backup.zip/64.json", reasons },
    { path: "b.zip/b.json", reasons },
  ]);
});

test("a file of an archive with more than 300,000 values is refused before it is parsed", async () => {
  const parse = vi.spyOn(JSON, "parse");
  const results = await read(archive({ "many.json": `[${"{},".repeat(300_000)}{}]`, "a.json": flow("A") }));
  expect(results).toMatchObject([
    {
      path: "backup.zip/many.json",
      reasons: ["The file has more than 300,000 values. Unpack the archive to import it."],
    },
    { type: "flows" },
  ]);
  expect(parse.mock.calls.every(([text]) => text.length < 1000)).toBe(true);
  parse.mockRestore();
});

test("unknown fields of a flow are dropped, and its steps are kept as text without white space", async () => {
  const values = Array.from({ length: 20_000 }, () => ({}));
  const steps = [{ type: "set-variable", name: "Set", config: { variableName: "x", values } }];
  const text = JSON.stringify({ name: "A", settings: values, flowSteps: steps }, null, 2);
  const [result] = await read(archive({ "a.json": text }));
  const [preview] = result?.type === "flows" ? result.flows : [];
  if (!preview) throw new Error("expected a flow");
  expect(preview.omittedFields).toEqual(["settings"]);
  expect(preview.text).toBe(JSON.stringify({ name: "A", flowSteps: steps }));
  expect(parsePreviewedFlow(preview)).toEqual({ name: "A", flowSteps: steps });
  let valueCount = 0;
  JSON.stringify(preview, (_, value: unknown) => ((valueCount += 1), value));
  expect(valueCount).toBeLessThan(50);
});

test("an entry that is larger than its declared size is cut off and does not parse", async () => {
  const text = `{"name": "A", "flowSteps": []${" ".repeat(5000)}}`;
  const bytes = declareSizes(zipSync({ "a.json": strToU8(text) }), 100);
  expect(await read(file("lie.zip", bytes))).toMatchObject([{ type: "refused" }]);
});

test("reports a file that cannot be read", async () => {
  const blob = new Blob(["x"]);
  blob.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotFoundError"));
  expect(await read({ path: "folder", blob })).toMatchObject([{ type: "refused", path: "folder" }]);
});
