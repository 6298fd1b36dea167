const NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$-]*$/u;

/** A name that every form of reference can hold: a letter, `_` or `$`, then digits and `-` too, with no `-` at the end. */
export function isVariableName(name: string): boolean {
  return NAME.test(name) && !name.endsWith("-");
}

const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** Can stand after a dot in JavaScript. */
export function isIdentifierName(name: string): boolean {
  return IDENTIFIER.test(name);
}
