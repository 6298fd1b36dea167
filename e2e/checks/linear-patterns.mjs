import { analyse } from "scslre";

// A lint plugin. Rejects regular expressions with superlinear running time, which could block a server or a
// browser tab for minutes on text from outside.

/** @param {string} source @param {string} flags @returns {string | undefined} why the pattern is not linear */
function explain(source, flags) {
  const [report] = analyse(
    { source, flags },
    { reportTypes: { Move: true, Self: true, Trade: true } },
  ).reports;
  if (!report) return undefined;
  const growth = report.exponential ? "exponentially" : "faster than the text";
  const repeated = JSON.stringify(report.character.pick);
  return `The time of this pattern grows ${growth} where ${repeated} is repeated. Anchor it, make its parts exclude each other, or search without a pattern.`;
}

/**
 * Returns the pattern of `new RegExp(…)` if it is a literal.
 * @param {any} node
 * @returns {string | undefined}
 */
function readText(node) {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TaggedTemplateExpression" && node.quasi.expressions.length === 0) {
    return node.quasi.quasis[0].value.raw;
  }
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0].value.cooked;
  return undefined;
}

const linear = {
  /** @param {any} context */
  create: (context) => ({
    /** @param {any} node */
    Literal(node) {
      const message = node.regex && explain(node.regex.pattern, node.regex.flags);
      if (message) context.report({ node, message });
    },
  }),
};

const writtenOut = {
  /** @param {any} context */
  create(context) {
    /** @param {any} node */
    const check = (node) => {
      if (node.callee.name !== "RegExp") return;
      const [pattern, flags] = node.arguments;
      const source = readText(pattern);
      const message =
        source === undefined
          ? "A pattern that is made at runtime cannot be checked: search without one, or say why its time grows no faster than the text."
          : explain(source, readText(flags) ?? "");
      if (message) context.report({ node, message });
    };
    return { NewExpression: check, CallExpression: check };
  },
};

export default { meta: { name: "patterns" }, rules: { linear, "written-out": writtenOut } };
