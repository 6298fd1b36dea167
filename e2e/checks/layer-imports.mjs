import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { LAYER_IMPORT_RULES } from "./layers.mjs";

// A lint plugin. Rejects imports that the table of layers does not allow, and imports that climb folders.

const root = fileURLToPath(new URL("../..", import.meta.url));

const CLIMBING = "Use an alias (#core/…, #contract/…, #server/…, #client/…) instead of climbing folders.";
const TESTING = "Only tests import from testing/.";

/**
 * Says whether a path or specifier is a folder or package, or in it. A name that ends with a colon is a scheme.
 * @param {string} path
 * @param {string} name
 */
const isIn = (path, name) => path === name || path.startsWith(name.endsWith(":") ? name : `${name}/`);

/**
 * Returns the last layer of the table that has a file, because later layers are more exact.
 * @param {string} file
 */
const findLayer = (file) =>
  LAYER_IMPORT_RULES.findLast(({ folder }) =>
    folder.endsWith("/*") ? file.startsWith(folder.slice(0, -1)) : isIn(file, folder),
  );

/**
 * @param {string} file relative to the project's folder
 * @param {string} specifier
 * @param {boolean} isType whether only types are imported
 * @returns {string | undefined} why the import is forbidden
 */
export function explainForbiddenImport(file, specifier, isType) {
  if (/(?:^|\/)\.\.\//.test(specifier)) return CLIMBING;
  const layer = findLayer(file);
  if (layer === undefined) return undefined;
  const isTest = /\.test\.tsx?$|\/testing\//.test(file);
  const isForTests = isTest || layer.isForTests === true;
  if (!isForTests && /(?:^|\/)testing\//.test(specifier)) return TESTING;
  if (specifier.startsWith("./")) return undefined;
  const isAmong = (/** @type {readonly string[]} */ names) => names.some((name) => isIn(specifier, name));
  const { aliases, onlyPackages, exceptPackages = [], valuesExcept = [] } = layer;
  const packages = onlyPackages && (isTest ? [...onlyPackages, "vitest", "fast-check"] : onlyPackages);
  const isAllowed = specifier.startsWith("#")
    ? isAmong(aliases) && (isType || isForTests || !isAmong(valuesExcept))
    : (packages === undefined || isAmong(packages)) && !isAmong(exceptPackages);
  return isAllowed ? undefined : layer.message;
}

/** @param {any} node */
const importsOnlyTypes = ({ type, importKind, exportKind, specifiers = [] }) =>
  [importKind, exportKind].includes("type") ||
  type === "TSImportType" ||
  (specifiers.length > 0 &&
    specifiers.every((/** @type {any} */ specifier) => specifier.importKind === "type"));

const allowedImports = {
  /** @param {any} context */
  create(context) {
    const file = relative(root, context.filename).replaceAll(sep, "/");
    /** @param {any} node */
    const check = (node) => {
      const specifier = node.source?.value;
      const message =
        typeof specifier === "string" && explainForbiddenImport(file, specifier, importsOnlyTypes(node));
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      TSImportType: check,
    };
  },
};

export default { meta: { name: "layers" }, rules: { "allowed-imports": allowedImports } };
