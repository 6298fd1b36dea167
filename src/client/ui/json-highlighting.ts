import { HighlightStyle } from "@codemirror/language";
import { tags } from "@lezer/highlight";

/** JSON in the colours of the theme; they follow it by themselves, being variables. */
export const jsonHighlighting = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--context)" },
  { tag: tags.string, color: "var(--replies)" },
  { tag: tags.number, color: "var(--control)" },
  { tag: [tags.bool, tags.null], color: "var(--ai)" },
  { tag: [tags.punctuation, tags.brace, tags.squareBracket], color: "var(--muted)" },
]);
