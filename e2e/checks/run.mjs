// Entry of `npm test`, `npm run test:full` and `npm run check`.
import "./run-checks.mjs";
