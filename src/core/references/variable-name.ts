const NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$-]*$/u;

/**
 * Whether a name is valid in every syntax of reference: starts with a letter, `_` or `$`, continues with letters,
 * digits, `_`, `$` or `-`, and does not end with `-`.
 */
export function isVariableName(name: string): boolean {
  return NAME.test(name) && !name.endsWith("-");
}

const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

export function isIdentifierName(name: string): boolean {
  return IDENTIFIER.test(name);
}
