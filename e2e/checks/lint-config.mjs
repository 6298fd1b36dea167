import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LAYER_IMPORT_RULES } from "./layers.mjs";

// Usage: `node e2e/checks/lint-config.mjs` writes `.oxlintrc.json` from the table of layers. The file is JSON because
// oxlint reads TypeScript configurations only on Node 22.18 and later.

/** @import { Layer } from "./layers.mjs" */

/** @typedef {({ group: readonly string[] } | { regex: string }) & { message: string, allowTypeImports?: boolean }} Pattern */

const TESTS = ["**/*.test.ts", "**/*.test.tsx", "**/testing/**"];

/** @type {Pattern} */
const CLIMBING = {
  regex: String.raw`(?:^|/)\.\./`,
  message: "Use an alias (#core/…, #contract/…, #server/…, #client/…) instead of climbing folders.",
};

/** @type {Pattern} */
const TESTING = { regex: "(?:^|/)testing/", message: "Only tests import from testing/." };

/**
 * Returns the patterns that match a package or folder and all paths in it.
 * @param {string} name
 */
const whole = (name) => [name, `${name}/**`];

/**
 * @param {Layer} layer
 * @param {boolean} isTest
 * @returns {Pattern[]}
 */
function restrict(layer, isTest) {
  const { aliases, message } = layer;
  const own = aliases.flatMap((alias) => [`!${alias}/**`]);
  /** @type {Pattern} */
  const reach =
    layer.onlyPackages === undefined
      ? { group: ["#*/**", ...own, ...(layer.exceptPackages ?? []).flatMap(whole)], message }
      : {
          group: [
            "**",
            "!./**",
            ...own,
            ...[...layer.onlyPackages, ...(isTest ? ["vitest", "fast-check"] : [])].flatMap((name) =>
              whole(name).map((pattern) => `!${pattern}`),
            ),
          ],
          message,
        };
  const { valuesExcept = [] } = layer;
  /** @type {Pattern[]} */
  const typesOnly =
    valuesExcept.length > 0
      ? [{ regex: `^(?:${valuesExcept.join("|")})/`, message, allowTypeImports: true }]
      : [];
  // In oxlint, a matching negated pattern ends the search, so the group with negated patterns is last.
  return [CLIMBING, ...(isTest ? [] : [TESTING, ...typesOnly]), reach];
}

/** @param {Pattern[]} patterns */
const restrictedImports = (patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

/** @param {string} folder */
const testsIn = (folder) => TESTS.map((glob) => `${folder}/${glob}`);

const layerOverrides = LAYER_IMPORT_RULES.flatMap((layer) => [
  { files: [`${layer.folder}/**`], rules: restrictedImports(restrict(layer, layer.isForTests ?? false)) },
  { files: testsIn(layer.folder), rules: restrictedImports(restrict(layer, true)) },
]);

export const LINT_PLUGIN_FILES = [
  "./e2e/checks/linear-patterns.mjs",
  "./e2e/checks/browser-support.mjs",
  "./e2e/checks/feature-questions.mjs",
];

/** The code of the client that may ask for the server's mode: what explains it to the user. */
const MAY_ASK_FOR_MODE = [
  "src/client/app/**",
  "src/client/features/environment/**",
  "src/client/data/queries/capability-queries.ts",
];

const config = {
  $schema: "./node_modules/oxlint/configuration_schema.json",
  plugins: ["typescript", "import", "react", "unicorn", "oxc", "jsx-a11y"],
  jsPlugins: LINT_PLUGIN_FILES,
  categories: { correctness: "error", suspicious: "error" },
  rules: {
    "patterns/linear": "error",
    "patterns/written-out": "error",
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "import/no-unassigned-import": "off",
    "max-lines": ["error", { max: 400, skipBlankLines: false, skipComments: false }],
    "max-params": ["error", { max: 4 }],
    "typescript/no-explicit-any": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "typescript/no-non-null-assertion": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-unsafe-type-assertion": "off",
    "react/react-in-jsx-scope": "off",
    "react/rules-of-hooks": "error",
    "react/exhaustive-deps": "error",
    "no-console": "error",
    eqeqeq: ["error", "always", { null: "ignore" }],
    "no-shadow": "off",
    "no-await-in-loop": "off",
    ...restrictedImports([CLIMBING]),
    "typescript/consistent-return": "off",
    "unicorn/consistent-function-scoping": "off",
    "jsx-a11y/prefer-tag-over-role": "off",
    "jsx-a11y/no-noninteractive-tabindex": "off",
    "jsx-a11y/no-noninteractive-element-interactions": "off",
    "react/incompatible-library": "off",
  },
  ignorePatterns: ["dist", "node_modules"],
  overrides: [
    ...layerOverrides,
    {
      files: ["src/client/**", "src/core/**", "src/contract/**"],
      excludeFiles: TESTS,
      rules: { "browsers/supported": "error" },
    },
    {
      files: ["src/client/**"],
      excludeFiles: [...TESTS, ...MAY_ASK_FOR_MODE],
      rules: { "features/no-mode": "error" },
    },
    {
      files: [
        "vite.config.ts",
        "e2e/checks/browser-support.mjs",
        "e2e/checks/feature-questions.mjs",
        "e2e/checks/linear-patterns.mjs",
        "e2e/checks/unit-results.mjs",
        "e2e/playwright.config.ts",
        "e2e/harness/global-setup.ts",
        "e2e/harness/walk-reporter.ts",
      ],
      rules: { "import/no-default-export": "off" },
    },
    {
      files: ["**/*.test.ts", "**/*.test.tsx", "e2e/**"],
      rules: {
        "patterns/written-out": "off",
        "no-empty-pattern": "off",
        "typescript/no-non-null-assertion": "off",
      },
    },
    {
      files: ["e2e/**/*.mjs", "src/**/*.mjs", "e2e/bench/**", "e2e/engines/**"],
      rules: { "no-console": "off" },
    },
  ],
};

export const LINT_CONFIG_FILE_PATH = fileURLToPath(new URL("../../.oxlintrc.json", import.meta.url));

export const lintConfig = `${JSON.stringify(config, undefined, 2)}\n`;

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  const isCurrent = readFileSync(LINT_CONFIG_FILE_PATH, "utf8") === lintConfig;
  if (!isCurrent) writeFileSync(LINT_CONFIG_FILE_PATH, lintConfig);
  console.log(isCurrent ? ".oxlintrc.json is current." : ".oxlintrc.json was written.");
}
