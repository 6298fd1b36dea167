import * as fc from "fast-check";
import { afterAll, afterEach, vi } from "vitest";

const seed = process.env["CHECK_SEED"] ?? "20261125";

// Property tests use a fixed seed, so that a new failure comes from the change under test; `npm run bench:laws` uses random
// seeds.
if (seed !== "random") fc.configureGlobal({ seed: Number(seed) });

// Test files share worker processes, so that packages load only once; this reloads the project's own modules for each file.
vi.resetModules();

// A test file needs no clean-up of its own for what it has replaced.
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
afterAll(() => void vi.unstubAllEnvs());
