const NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$-]*$/u;

/** Valid in every syntax of reference, so it does not end with `-`. */
export function isVariableName(name: string): boolean {
  return NAME.test(name) && !name.endsWith("-");
}

const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

export function isIdentifierName(name: string): boolean {
  return IDENTIFIER.test(name);
}
