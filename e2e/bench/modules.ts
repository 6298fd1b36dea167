import { mkdtemp, readFile, rm } from "node:fs/promises";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { type Manifest, closure } from "./bundle.ts";
import { printAlignedTextTable } from "./statistics.ts";

const LISTED = 25;
/** The build names a file after the moments that need it (`vite.config.ts`). */
const MOMENTS = ["start", "tools", "list", "editor", "dialogs", "analysis", "panels", "actions"];

/** Prints which modules each moment of a page loads, by their share of its minified files. */
export async function measure(): Promise<void> {
  // The build is that of the product, with its packages.
  process.env["NODE_ENV"] = "production";
  const outDir = await mkdtemp(join(tmpdir(), "flowline-modules-"));
  try {
    await build({
      mode: "production",
      logLevel: "error",
      build: { outDir, emptyOutDir: true, sourcemap: true },
    });
    const manifest: Manifest = JSON.parse(await readFile(join(outDir, ".vite/manifest.json"), "utf8"));
    const seen = new Set<string>();
    for (const moment of MOMENTS) {
      const files = Object.entries(manifest)
        .filter(([, { name = "" }]) => {
          const parts = name.split("-").filter((part) => part !== "common");
          return parts.includes(moment) && parts.every((part) => MOMENTS.includes(part));
        })
        .flatMap(([key]) => closure(manifest, key))
        .filter((file) => !file.includes("rolldown-runtime") && !seen.has(file) && seen.add(file));
      const bytes = new Map<string, number>();
      for (const file of files) await addModules(join(outDir, file), bytes);
      const sum = [...bytes.values()].reduce((total, own) => total + own, 0);
      const rows = [...bytes]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, LISTED)
        .map(([module, own]) => [module, own.toLocaleString("en"), `${((own / sum) * 100).toFixed(1)} %`]);
      printAlignedTextTable(
        `${moment}: ${files.length} files, ${sum.toLocaleString("en")} bytes, ${bytes.size} modules`,
        [["module", "bytes", "share"], ...rows],
      );
    }
  } finally {
    await rm(outDir, { recursive: true });
  }
}

/** Adds the characters of a file to the modules that they come from; packages count as one module. */
async function addModules(file: string, bytes: Map<string, number>): Promise<void> {
  const map = new SourceMap(JSON.parse(await readFile(`${file}.map`, "utf8")));
  for (const [line, text] of (await readFile(file, "utf8")).split("\n").entries()) {
    for (let column = 0; column < text.length; column += 1) {
      const entry = map.findEntry(line, column);
      const source = ("originalSource" in entry && entry.originalSource) || "generated";
      const module =
        /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? source.replace(/^.*?(?=src\/)/, "");
      bytes.set(module, (bytes.get(module) ?? 0) + 1);
    }
  }
}
