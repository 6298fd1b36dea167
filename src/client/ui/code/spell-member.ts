/**
 * Writes the access to a member after its object in a template, such as `.email` or `["last order"]`. Returns undefined
 * if no template can read the member.
 */
export function spellMember(key: string): string | undefined {
  if (/^[\p{ID_Continue}-]+$/u.test(key)) return `.${key}`;
  return /["\\{}]/.test(key) ? undefined : `["${key}"]`;
}
