// A lint plugin. Rejects words that the glossary replaces, long comments, and conditional expressions that nest deeply.

const PERSON = "user, tab, client, caller, observer or worker";

/**
 * Words that names and comments avoid, and what to write instead: regular expressions for words in lower case.
 * @type {readonly (readonly [pattern: string, instead: string])[]}
 */
const GLOSSARY = [
  ["news", "event or change event"],
  ["told|tells?|telling", "publish, report, announce or notify"],
  ["clash(?:es|ed|ing)?", "conflict"],
  ["mend(?:s|ed|ing)?", "fix or quick fix"],
  ["wish(?:es|ed|ing)?", "request or pending focus"],
  ["desks?", "batcher or group commit"],
  ["settle[ds]?|settling", "flush, resolve, debounced or delay"],
  ["typed texts?", "pending input"],
  ["unanswered", "unacknowledged"],
  ["(?:stands?|stood|standing) on", "based on, or rebase onto"],
  ["fates?", "outcome"],
  ["arrivals?", "remote update, or entry"],
  ["verdicts?|judges?|judged|judging", "assess, or move impact"],
  ["breakages?", "broken references"],
  ["trials?", "test run"],
  ["stations?", "node"],
  ["gather(?:s|ed|ing)?", "collect, or multi-select"],
  ["deeds?", "action"],
  ["storms?", "chaos run"],
  ["who(?:m)?ever|nobody|no one|somebody|someone|anybody|anyone", PERSON],
];

const AVOIDED = GLOSSARY.map(([pattern, instead]) => ({
  // oxlint-disable-next-line patterns/written-out -- one alternation of the words above, between spaces
  pattern: new RegExp(`(?<= |^)(?:${pattern})(?= |$)`),
  instead,
}));

/** Names that libraries define. */
const FOREIGN_NAMES = new Set(["allSettled", "onSettled"]);

const MOST_COMMENT_LINES = 3;

/** The operand of a third conditional operator is too deep: `a ? b : c ? d : e` has two. */
const MOST_CONDITIONALS = 2;

/**
 * Splits a text into words; `openFlow` becomes “open flow”. Omits text in curly quotes, which quotes the interface.
 * @param {string} text
 */
const splitWords = (text) =>
  text
    .replaceAll(/“[^“”]*”/g, " ")
    .replaceAll(/(?<=[\p{Ll}\d])(?=\p{Lu})/gu, " ")
    .toLowerCase()
    .split(/[^\p{L}\d’]+/u)
    .join(" ");

/**
 * @param {string} text
 * @returns {string | undefined}
 */
function explainAvoidedWord(text) {
  const words = splitWords(text);
  for (const { pattern, instead } of AVOIDED) {
    const [word] = pattern.exec(words) ?? [];
    if (word !== undefined) return `Instead of “${word}”, write ${instead}.`;
  }
  return undefined;
}

const glossary = {
  /** @param {any} context */
  create(context) {
    const seen = new Set(FOREIGN_NAMES);
    const check = (/** @type {any} */ node, /** @type {string} */ text) => {
      const message = explainAvoidedWord(text);
      if (message !== undefined) context.report({ node, message });
    };
    /** @param {any} node */
    const checkName = (node) => {
      if (seen.has(node.name)) return;
      seen.add(node.name);
      check(node, node.name);
    };
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) check(comment, comment.value);
      },
      Identifier: checkName,
      PrivateIdentifier: checkName,
    };
  },
};

/**
 * Joins line comments that follow each other. Counts no empty line and no line of a list, which may describe parameters.
 * @param {any} sourceCode
 */
function countCommentLines({ lines, getAllComments }) {
  /** @type {{ comment: any, lastLine: number, count: number }[]} */
  const found = [];
  for (const comment of getAllComments()) {
    const { start, end } = comment.loc;
    const isAlone = comment.type === "Line" && lines[start.line - 1].slice(0, start.column).trim() === "";
    const written = /** @type {string[]} */ (comment.value.split("\n")).map((line) =>
      line.replace(/^[\s*]+/, ""),
    );
    const isTagged = written.some((line) => line.startsWith("@"));
    const count = isTagged ? 0 : written.filter((line) => /^(?!-|\d\.)./.test(line)).length;
    const last = found.at(-1);
    if (isAlone && last?.lastLine === start.line - 1) {
      last.lastLine = end.line;
      last.count += count;
    } else found.push({ comment, lastLine: isAlone ? end.line : 0, count });
  }
  return found;
}

const shortComments = {
  /** @param {any} context */
  create: (context) => ({
    Program() {
      for (const { comment, count } of countCommentLines(context.sourceCode))
        if (count > MOST_COMMENT_LINES)
          context.report({ node: comment, message: `A comment of ${count} lines; the most are 3.` });
    },
  }),
};

const flatConditionals = {
  /** @param {any} context */
  create: (context) => ({
    /** @param {any} node */
    ConditionalExpression(node) {
      let outer = 0;
      for (let { parent } = node; parent && !/Function|ClassBody/.test(parent.type); parent = parent.parent)
        if (parent.type === "ConditionalExpression") outer += 1;
      if (outer === MOST_CONDITIONALS)
        context.report({ node, message: "The third nested conditional operator." });
    },
  }),
};

export default {
  meta: { name: "language" },
  rules: { glossary, "short-comments": shortComments, "flat-conditionals": flatConditionals },
};
