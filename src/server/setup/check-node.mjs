import { readFileSync } from "node:fs";

// Imported first by `npm start` and `npm test`, and run after `npm ci`, which prints no warning of an unsupported Node:
// ends the process with a sentence instead of a stack trace. Must therefore load on old versions of Node.

const file = new URL("../../../package.json", import.meta.url);
/** @type {{ engines: { node: string } }} */
const { engines } = JSON.parse(readFileSync(file, "utf8"));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

// Understands the two forms in package.json: `^20.19` (that minor version or a later one of 20) and `>=24`.
const ranges = engines.node.split(" || ").map((range) => {
  const [from = 0, fromMinor = 0] = range.replace(/^\D+/, "").split(".").map(Number);
  const isOpen = range.startsWith(">=");
  return {
    text: isOpen ? `${from} or newer` : `${from} (from ${from}.${fromMinor})`,
    isMet: (isOpen && major > from) || (major === from && minor >= fromMinor),
  };
});
if (!ranges.some(({ isMet }) => isMet)) {
  const wanted = ranges.map(({ text }) => text).join(", ");
  console.error(
    `Flowline needs Node ${wanted}, but this is ${process.versions.node}. Install Node 22, then run “npm ci” again.`,
  );
  process.exit(2);
}
