import * as fc from "fast-check";

const seed = process.env["CHECK_SEED"] ?? "20261125";

// Property tests try the same cases each time, so that what fails is what was changed; `npm run bench:laws` looks for new ones.
if (seed !== "random") fc.configureGlobal({ seed: Number(seed) });
