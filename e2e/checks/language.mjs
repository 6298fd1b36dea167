// A lint plugin. Rejects words that the glossary replaces, long comments, and conditional expressions that nest deeply.

/** Words in lower case that names and comments avoid, as regular expressions; `src/README.md` has the words instead. */
const GLOSSARY =
  "news told tells? telling clash(?:es|ed|ing)? mend(?:s|ed|ing)? wish(?:es|ed|ing)? desks? settle[ds]? settling typed.texts? " +
  "unanswered (?:stands?|stood|standing).on fates? arrivals? verdicts? judge[ds]? judging breakages? trials? stations? " +
  "gather(?:s|ed|ing)? deeds? storms? who(?:m)?ever (?:no|some|any)body (?:some|any)one no.one";

// oxlint-disable-next-line patterns/written-out -- one alternation of the words above, between spaces
const AVOIDED = new RegExp(`(?<= |^)(?:${GLOSSARY.replaceAll(" ", "|")})(?= |$)`);

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

const glossary = {
  /** @param {any} context */
  create(context) {
    const seen = new Set(FOREIGN_NAMES);
    const check = (/** @type {any} */ node, /** @type {string} */ text) => {
      const [word] = AVOIDED.exec(splitWords(text)) ?? [];
      if (word !== undefined)
        context.report({ node, message: `The glossary has another word for “${word}”.` });
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
