import { beforeAll, expect, test } from "vitest";
import { lintFiles } from "./lint-files.ts";

// A line that a rule rejects ends with this.
const REJECTED = "// no";

const commentOf = (...lines: readonly string[]) => `/**\n${lines.map((line) => ` * ${line}\n`).join("")} */`;

const EXAMPLES: readonly (readonly [rule: string, path: string, code: string])[] = [
  [
    "browsers(supported)",
    "src/client/code-1.ts",
    `element.checkVisibility(); // no
     element.togglePopover?.();
     AbortSignal.any([]);
     AbortSignal.timeout(5);
     Promise.withResolvers(); // no
     Object.groupBy([], String); // no
     [].toSorted();
     navigator.getBattery(); // no
     navigator.clipboard.writeText('');
     new CloseWatcher(); // no
     new AbortController();
     requestIdleCallback(run); // no
     Array.fromAsync?.([]);
     own.run();
     element.closest('[data-a=":open"], div:has(a)');
     document.querySelector('details:open'); // no`,
  ],
  [
    "browsers(supported)",
    "src/core/code-2.ts",
    "if (typeof requestIdleCallback === 'function') requestIdleCallback(run);",
  ],
  [
    "features(no-mode)",
    "src/client/code-3.ts",
    `ask(capabilities.mode); // no
     ask(kind === "cloud"); // no
     ask("local" !== kind); // no
     ask(isCloud); // no
     ask(capabilities.features);
     ask(capabilities[mode]);
     ask(kind === "fields");
     ask(kind + "cloud");
     ask(Cloud);`,
  ],
  [
    "patterns(linear)",
    "src/server/code-4.ts",
    String.raw`use(/^\s*secret\s*:\s*(.*?)\s*$/i); // no
     use(/\s+$/); // no
     use(/^(a+)+$/); // no
     use(/^\s+/);
     use(/[.*+?^$()|[\]\\/]/);
     use(/\{\{+|\}\}/);`,
  ],
  [
    "patterns(written-out)",
    "src/server/code-5.ts",
    `new RegExp(pattern); // no
     new RegExp("(a+)+$"); // no
     new RegExp("^a+$");`,
  ],
  [
    "language(glossary)",
    "src/server/code-6.ts",
    `const onNews = 1; // no
     class A { #tellAll() {} } // no
     interface B { readonly standOn: string } // no
     call(); /* Waits for the verdict. */ // no
     await Promise.allSettled([]);
     say("told"); // Shows “Somebody else saved this flow”.
     const newStep = mendacious;`,
  ],
  [
    "language(flat-conditionals)",
    "src/client/code-7.tsx",
    `call(a ? b : c ? d : e ? f : g); // no
     call(a ? (b ? (c ? 1 : 2) : 3) : 4); // no
     call(a ? <A>{b ? <B c={c ? 1 : 2} /> : null}</A> : null); // no
     call(a ? b : c ? d : e);
     call(a ? b : c ? list.map((d) => (d ? 1 : 2)) : e);
     type X = A extends B ? C : D extends E ? F : G extends H ? I : J;`,
  ],
  [
    "layers(allowed-imports)",
    "src/core/code-8.ts",
    `import { value } from "#contract/flow.ts"; // no
     import type { Value } from "#contract/flow.ts"; // no
     export * from "#contract/flow.ts"; // no
     import "#contract/flow.ts"; // no
     export const load = () => import("#contract/flow.ts"); // no
     export type Used = import("#contract/flow.ts").Value; // no
     import { json } from "#core/json/json.ts";`,
  ],
  [
    "layers(allowed-imports)",
    "src/client/editor/session/code-9.ts",
    `import { value } from "#client/editor/actions/move.ts"; // no
     export { other } from "#client/editor/actions/move.ts"; // no
     import { type Move } from "#client/editor/actions/move.ts";
     export type Used = import("#client/editor/actions/move.ts").Value;`,
  ],
];

const COMMENTS = new Map([
  ["src/three-lines.ts", commentOf("One.", "Two.", "Three.")],
  ["src/four-lines.ts", commentOf("One.", "Two.", "Three.", "Four.")],
  ["src/four-comments.ts", "// One.\n// Two.\n// Three.\n// Four."],
  ["src/list.ts", commentOf("Throws:", "- a", "- b", "- c", "- d")],
]);

let found: Awaited<ReturnType<typeof lintFiles>>;

beforeAll(async () => {
  found = await lintFiles(new Map([...EXAMPLES.map(([, path, code]) => [path, code] as const), ...COMMENTS]));
});

test.each(EXAMPLES)("%s rejects the marked lines of %s and accepts the others", (rule, path, code) => {
  const rejected = code.split("\n").flatMap((line, index) => (line.endsWith(REJECTED) ? index + 1 : []));
  const reported = found.filter((fault) => fault.rule === rule && fault.filename === path);
  expect(new Set(reported.map(({ line }) => line))).toEqual(new Set(rejected));
});

test("a comment has three lines at most, not counting the lists in it", () => {
  const reported = found.filter(({ rule }) => rule === "language(short-comments)");
  expect(reported.map(({ filename }) => filename).toSorted()).toEqual([
    "src/four-comments.ts",
    "src/four-lines.ts",
  ]);
});
