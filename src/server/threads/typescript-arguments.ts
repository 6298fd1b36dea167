/** Sources need a loader hook for TypeScript, which Node 20 cannot run. */
export const TYPESCRIPT_ARGUMENTS: string[] = import.meta.url.endsWith(".ts")
  ? ["--import", new URL("read-typescript.mjs", import.meta.url).href]
  : [];
