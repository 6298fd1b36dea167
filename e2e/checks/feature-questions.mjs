// A lint plugin. Rejects questions about the server's mode: a view asks for a feature, so that a server can offer it in
// either mode. It has no types, so it reports every property called `mode`.

const MESSAGE =
  "Ask for a feature (offersFeature, canUseFeature, explainMissingFeature) instead of the server's mode. If no feature fits, add one to #contract/features.ts.";

const MODES = new Set(["cloud", "local"]);

const noMode = {
  /** @param {any} context */
  create(context) {
    /** @param {any} node */
    const report = (node) => context.report({ node, message: MESSAGE });
    return {
      /** @param {any} node */
      MemberExpression(node) {
        if (!node.computed && node.property.name === "mode") report(node);
      },
      /** @param {any} node */
      BinaryExpression(node) {
        if (/^[!=]==?$/.test(node.operator) && [node.left, node.right].some(({ value }) => MODES.has(value)))
          report(node);
      },
      /** @param {any} node */
      Identifier(node) {
        if (node.name === "isCloud") report(node);
      },
    };
  },
};

export default { meta: { name: "features" }, rules: { "no-mode": noMode } };
