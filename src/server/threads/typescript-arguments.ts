/**
 * Arguments of Node for threads that import this server's modules. Sources need a loader hook that converts TypeScript,
 * because Node 20 cannot run it.
 */
export const TYPESCRIPT_ARGUMENTS: string[] = import.meta.url.endsWith(".ts")
  ? ["--import", new URL("read-typescript.mjs", import.meta.url).href]
  : [];
