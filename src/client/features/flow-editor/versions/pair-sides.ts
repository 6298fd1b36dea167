import { type FlowDocument, type FlowSource, parseFlow } from "#core/flow-document.ts";
import { parseVersionLike } from "#core/read-definition.ts";

/** One side of a comparison: a document of the open flow, or what a version holds. */
export type SideContent =
  | { readonly type: "document"; readonly document: FlowDocument }
  | { readonly type: "definition"; readonly definition: FlowSource };

/**
 * Both sides as documents whose steps are recognised as each other's. A version holds no description, so next to one that
 * of the other side counts as its own.
 */
export function pairSides(
  from: SideContent,
  to: SideContent,
): { readonly before: FlowDocument; readonly after: FlowDocument } {
  if (from.type === "document") {
    const before = from.document;
    const after = to.type === "document" ? to.document : parseVersionLike(before, to.definition);
    return { before, after };
  }
  if (to.type === "document") {
    return { before: parseVersionLike(to.document, from.definition), after: to.document };
  }
  const name = from.definition.name || to.definition.name;
  const before = parseFlow({ ...from.definition, name });
  return { before, after: parseVersionLike(before, to.definition) };
}
