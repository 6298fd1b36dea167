import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// A lint plugin. Reports web APIs and selectors that, by MDN's data, a browser of `browserslist` in
// package.json lacks. It has no types, so it reports a method only if no interface has a method of this name
// that all browsers support.

/** @typedef {{ version_added?: string | boolean | null, version_removed?: string, flags?: unknown[], alternative_name?: string }} Support */
/** @typedef {{ support: Record<string, Support | Support[]> }} Compat */
/** @typedef {{ __compat?: Compat } & Record<string, any>} Feature */

const require = createRequire(import.meta.url);
/** @type {{ api: Record<string, Feature>, css: { selectors: Record<string, Feature> }, javascript: { builtins: Record<string, Feature> } }} */
const data = require("@mdn/browser-compat-data");

const IOS = "safari_ios";
/**
 * Maps each browser to its oldest version. MDN's data name browsers like browserslist, except Safari on iOS.
 */
const OLDEST = readOldestVersions();

/** Global objects with their interfaces, which makes their members known exactly. */
const GLOBALS = new Map([
  ["navigator", "Navigator"],
  ["document", "Document"],
  ["window", "Window"],
  ["performance", "Performance"],
  ["history", "History"],
]);

/** APIs that src/client/app/boot.js handles in browsers without them. */
const GUARDED = new Set(["AbortSignal.any"]);

/**
 * Interfaces whose methods are recognized by name alone; with more of them, methods of this project would
 * match.
 */
const RECOGNIZED = (
  "AbortSignal CSSStyleSheet DataTransfer Document Element Event FormData HTMLElement HTMLDialogElement " +
  "HTMLInputElement Node ReadableStream Response URL URLSearchParams Array ArrayBuffer Promise RegExp String TypedArray"
).split(" ");

/** @type {Map<string, Feature[]>} */
const membersByName = new Map();
for (const owner of RECOGNIZED)
  for (const [name, member] of Object.entries(data.api[owner] ?? data.javascript.builtins[owner] ?? {})) {
    if (name === "__compat" || name.endsWith("_static")) continue;
    membersByName.set(name, [...(membersByName.get(name) ?? []), member]);
  }

/** @returns {ReadonlyMap<string, number>} */
function readOldestVersions() {
  const { browserslist } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return new Map(
    browserslist.map((/** @type {string} */ query) => {
      const [, browser, version] = /^(\w+) >= ([\d.]+)$/.exec(query) ?? [];
      if (!browser) throw new Error(`browserslist: “${query}” is not of the form “browser >= version”.`);
      return [browser === "ios_saf" ? IOS : browser, Number(version)];
    }),
  );
}

/**
 * Lists the browsers that lack a feature in their oldest version. A feature without data counts as supported.
 * @param {Feature | undefined} feature
 */
function listBrowsersWithout(feature) {
  const support = feature?.["__compat"]?.support;
  if (!support) return [];
  return [...OLDEST].filter(([browser, oldest]) => {
    const all = [support[browser] ?? []].flat();
    return all.length > 0 && !all.some((entry) => isSupportedSince(entry, oldest));
  });
}

/** @param {Support} entry @param {number} oldest */
function isSupportedSince(entry, oldest) {
  const { version_added: added, version_removed: removed, flags } = entry;
  if (entry.alternative_name) return false;
  if (flags || added === "preview" || typeof added !== "string") return added === true;
  const isGone = removed !== undefined && Number.parseFloat(removed) <= oldest;
  return !isGone && Number.parseFloat(added.replace("≤", "")) <= oldest;
}

/** @param {string} owner @param {string} name */
function findMember(owner, name) {
  const known = GLOBALS.get(owner);
  if (known) return data.api[known]?.[name];
  const holder = data.api[owner] ?? data.javascript.builtins[owner];
  return holder?.[`${name}_static`] ?? (data.javascript.builtins[owner] && holder?.[name]);
}

const SELECTOR_METHODS = /^(?:querySelector(?:All)?|matches|closest)$/;

/**
 * Lists the pseudo-classes in a selector that a supported browser lacks, as `:name`. Omits pseudo-elements, which only
 * decorate, and those with a vendor prefix.
 * @param {string} selector
 * @returns {[string, [string, number][]][]}
 */
export function findUnsupportedSelectors(selector) {
  const names = new Set(
    [...selector.replaceAll(/\[[^[\]]*\]/g, "").matchAll(/(?<!:):([a-z][a-z-]*)/g)].map(
      ([, name]) => name ?? "",
    ),
  );
  return [...names].flatMap((name) => {
    const lacking = listBrowsersWithout(data.css.selectors[name]);
    return lacking.length > 0 ? [[`:${name}`, lacking]] : [];
  });
}

const supported = {
  /** @param {any} context */
  create(context) {
    /** @param {any} node @param {string} name @param {[string, number][]} lacking */
    const report = (node, name, lacking) =>
      lacking.length > 0 &&
      context.report({
        node,
        message: `${name} is missing in ${lacking.map(([browser, version]) => `${browser} ${version}`).join(", ")}. Guard it (\`?.\`, \`typeof\`), or do without.`,
      });
    const guarded = new Set(
      [...context.sourceCode.text.matchAll(/\btypeof (\w+)|\b(\w+)\?\.[([]|"(\w+)" in\b/g)].flatMap(
        ([, ...names]) => names.filter(Boolean),
      ),
    );
    return {
      /** @param {any} node */
      MemberExpression(node) {
        if (node.computed || node.optional || node.property.type !== "Identifier") return;
        const name = node.property.name;
        if (guarded.has(name)) return;
        const owner = node.object.type === "Identifier" ? node.object.name : "";
        const full = `${owner}.${name}`;
        if (GUARDED.has(full)) return;
        const member = owner && findMember(owner, name);
        if (member) return report(node, full, listBrowsersWithout(member));
        const isCall = node.parent.type === "CallExpression" && node.parent.callee === node;
        if (!isCall || node.parent.optional) return;
        const all = membersByName.get(name) ?? [];
        const lacking = all.map(listBrowsersWithout);
        if (lacking.length > 0 && lacking.every(({ length }) => length > 0))
          report(node, name, lacking[0] ?? []);
      },
      /** @param {any} node */
      NewExpression(node) {
        const { name } = node.callee;
        if (name && !guarded.has(name))
          report(node, name, listBrowsersWithout(data.api[name] ?? data.javascript.builtins[name]));
      },
      /** @param {any} node */
      CallExpression(node) {
        const { name } = node.callee;
        if (name && !guarded.has(name)) report(node, name, listBrowsersWithout(data.api[`Window`]?.[name]));
        const [argument] = node.arguments;
        if (!SELECTOR_METHODS.test(node.callee.property?.name ?? "") || typeof argument?.value !== "string")
          return;
        for (const [selector, lacking] of findUnsupportedSelectors(argument.value))
          report(argument, selector, lacking);
      },
    };
  },
};

export default { meta: { name: "browsers" }, rules: { supported } };
