import { execFileSync } from "node:child_process";
import { cpus, release, totalmem, type } from "node:os";
import { findChromiumExecutablePath } from "#e2e/find-browsers.mjs";

export function describeProcessors(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim()}`;
}

export async function measure(): Promise<void> {
  const chromium = findChromiumExecutablePath();
  const version = chromium && execFileSync(chromium, ["--version"], { stdio: ["ignore", "pipe", "ignore"] });
  console.log(`Machine: ${describeProcessors()}, ${Math.round(totalmem() / 2 ** 30)} GiB`);
  console.log(
    `System: ${type()} ${release()}, Node ${process.version}, ${version ? String(version).trim() : "no Chromium"}`,
  );
}
