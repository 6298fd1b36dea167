import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  MatchDecorator,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { CodeLanguage } from "./select-text-range.ts";

const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.attributeName], color: "var(--context)" },
  { tag: [tags.string, tags.regexp, tags.attributeValue], color: "var(--replies)" },
  { tag: tags.number, color: "var(--control)" },
  {
    tag: [tags.bool, tags.null, tags.keyword, tags.controlKeyword, tags.operatorKeyword],
    color: "var(--ai)",
  },
  { tag: [tags.tagName, tags.function(tags.variableName)], color: "var(--records)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.brace, tags.squareBracket, tags.operator], color: "var(--muted)" },
]);

const marks = new MatchDecorator({
  regexp: /\{\{[^{}\n]*\}\}/g,
  decoration: Decoration.mark({ class: "cm-template" }),
});

class TemplateMarks implements PluginValue {
  found: DecorationSet;

  constructor(view: EditorView) {
    this.found = marks.createDeco(view);
  }

  update(update: ViewUpdate): void {
    this.found = marks.updateDeco(update, this.found);
  }
}

const templateMarks = ViewPlugin.fromClass(TemplateMarks, { decorations: ({ found }) => found });

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent", maxHeight: "inherit" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit", maxHeight: "inherit", overflow: "auto" },
  ".cm-content": { padding: "0.3125rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 0.625rem" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "1.75rem", padding: "0 0.125rem 0 0.375rem" },
  ".cm-placeholder": { color: "var(--faint)" },
  ".cm-template, .cm-template *": { color: "var(--accent)" },
  ".cm-tooltip": {
    zIndex: "60",
    border: "none",
    borderRadius: "var(--radius-md)",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    boxShadow: "var(--float)",
  },
  ".cm-tooltip.cm-tooltip-lint": { padding: "0.125rem 0" },
  ".cm-diagnostic": { border: "none", padding: "0.125rem 0.5rem", fontSize: "var(--text-xs)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    padding: "0.25rem",
    fontFamily: "var(--font-mono, inherit)",
    fontSize: "var(--text-sm)",
    maxHeight: "14rem",
    minWidth: "12rem",
    maxWidth: "min(24rem, 90vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    alignItems: "baseline",
    gap: "0.75rem",
    padding: "0.1875rem 0.5rem",
    borderRadius: "var(--radius-sm)",
    lineHeight: "1.25rem",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--ink)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > completion-section": {
    padding: "0.375rem 0.5rem 0.125rem",
    borderBottom: "none",
    fontFamily: "var(--font-sans, inherit)",
    fontSize: "var(--text-xs)",
    color: "var(--muted)",
    opacity: "1",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li.cm-unavailable": { color: "var(--muted)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li.cm-unavailable .cm-completionLabel": {
    textDecoration: "line-through",
  },
  ".cm-tooltip.cm-completionInfo": {
    maxWidth: "min(18rem, 90vw)",
    padding: "0.375rem 0.625rem",
    fontFamily: "var(--font-sans, inherit)",
    fontSize: "var(--text-xs)",
  },
  ".cm-tooltip-hover, .cm-tooltip.cm-name-card": { maxWidth: "min(22rem, 90vw)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionLabel": { flex: "none" },
  ".cm-completionDetail": {
    flex: "1",
    margin: "0",
    overflow: "hidden",
    textOverflow: "ellipsis",
    textAlign: "right",
    fontFamily: "var(--font-sans, inherit)",
    fontSize: "var(--text-xs)",
    fontStyle: "normal",
    color: "var(--muted)",
  },
});

export const codeEditorTheme: Extension = [theme, templateMarks, syntaxHighlighting(highlighting)];

export async function loadCodeLanguage(language: CodeLanguage): Promise<Extension> {
  switch (language) {
    case "json":
      return (await import("@codemirror/lang-json")).json();
    case "script":
    case "expression":
      return (await import("@codemirror/lang-javascript")).javascript();
    case "liquid":
      return (await import("@codemirror/lang-liquid")).liquid();
    case "template":
    case "name":
      return [];
  }
}
