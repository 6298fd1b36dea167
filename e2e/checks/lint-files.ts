import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..", "..");

const COPIED_FILES = [
  ".oxlintrc.json",
  "package.json",
  ...["browser-support", "feature-questions", "language", "layer-imports", "layers", "linear-patterns"].map(
    (name) => `e2e/checks/${name}.mjs`,
  ),
];

/**
 * Lints files, each a path in the project and its text, with the project's configuration. Names rules as
 * in `layers(allowed-imports)`.
 */
export async function lintFiles(files: ReadonlyMap<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), "flowline-lint-"));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  };
  try {
    for (const folder of ["e2e/checks", "src/client/features"])
      await mkdir(join(directory, folder), { recursive: true });
    for (const path of COPIED_FILES) await copyFile(join(root, path), join(directory, path));
    await symlink(join(root, "node_modules"), join(directory, "node_modules"));
    for (const [path, text] of files) await write(path, text);
    const program = join(root, "node_modules", ".bin", "oxlint");
    const { stdout } = await promisify(execFile)(program, ["--format", "json", "."], {
      cwd: directory,
      maxBuffer: 16 * 1024 * 1024,
    }).catch((error: { readonly stdout: string }) => error);
    const { diagnostics } = JSON.parse(stdout) as {
      readonly diagnostics: readonly {
        readonly code: string;
        readonly filename: string;
        readonly labels: readonly { readonly span: { readonly line: number } }[];
      }[];
    };
    return diagnostics
      .filter(({ filename }) => files.has(filename))
      .map(({ code, filename, labels }) => ({ rule: code, filename, line: labels[0]?.span.line }));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
