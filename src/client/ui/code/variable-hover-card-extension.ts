import { type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  type EditorView,
  type Tooltip,
  closeHoverTooltips,
  hasHoverTooltips,
  hoverTooltip,
  keymap,
  showTooltip,
} from "@codemirror/view";
import {
  SHOW_VARIABLE_INFO_SHORTCUT,
  RENAME_VARIABLE_SHORTCUT,
  toCodeMirrorKey,
} from "./select-text-range.ts";
import { createCloseOnEscapeExtension } from "#client/ui/overlays/close-on-escape.ts";

/** A variable name in a text; offsets in UTF-16 code units. */
export interface VariableNameRange {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface DisplayedVariableHoverCard {
  readonly host: HTMLElement;
  readonly name: string;
  /** Opened by a key: such a card takes the focus; a card opened by the pointer does not. */
  readonly isAskedFor: boolean;
  readonly close: () => void;
}

interface NameCardOptions {
  readonly find: (text: string, offset: number) => VariableNameRange | undefined;
  readonly rename: (name: string) => void;
  readonly onShow: (card: DisplayedVariableHoverCard) => void;
  readonly onHide: (host: HTMLElement) => void;
}

const HOVER_MS = 350;

const setAskedFor = StateEffect.define<VariableNameRange | undefined>();

/** Shows a card on hover or by Mod+I. Escape closes only the card. F2 renames the variable at the caret. */
export function variableHoverCardExtension({ find, rename, onShow, onHide }: NameCardOptions): Extension {
  const toTooltip = ({ name, from, to }: VariableNameRange, isAskedFor: boolean): Tooltip => ({
    pos: from,
    end: to,
    above: true,
    create: (view) => {
      const host = document.createElement("div");
      host.className = "cm-name-card";
      const card = { host, name, isAskedFor, close: () => closeCards(view) };
      return { dom: host, mount: () => onShow(card), destroy: () => onHide(host) };
    },
  });
  const askedFor = StateField.define<VariableNameRange | undefined>({
    create: () => undefined,
    update: (name, { docChanged, effects }) => {
      const asked = effects.find((effect) => effect.is(setAskedFor));
      return asked ? asked.value : docChanged ? undefined : name;
    },
    provide: (field) => showTooltip.from(field, (name) => (name ? toTooltip(name, true) : null)),
  });
  const findAt = ({ state }: EditorView, offset: number) => find(state.doc.toString(), offset);
  const closeCards = (view: EditorView): boolean => {
    if (!view.state.field(askedFor) && !hasHoverTooltips(view.state)) return false;
    const hadFocus = view.dom.contains(document.activeElement);
    view.dispatch({ effects: [setAskedFor.of(undefined), closeHoverTooltips] });
    if (hadFocus) view.focus();
    return true;
  };
  const show = (view: EditorView) => {
    const name = findAt(view, view.state.selection.main.head);
    if (name) view.dispatch({ effects: [closeHoverTooltips, setAskedFor.of(name)] });
    return name !== undefined;
  };
  const renameHere = (view: EditorView) => {
    const name = findAt(view, view.state.selection.main.head);
    if (name) rename(name.name);
    return name !== undefined;
  };

  return [
    askedFor,
    hoverTooltip(
      (view, pos) => {
        const name = findAt(view, pos);
        return name && !view.state.field(askedFor) ? toTooltip(name, false) : null;
      },
      { hideOnChange: true, hoverTime: HOVER_MS },
    ),
    keymap.of([
      { key: toCodeMirrorKey(SHOW_VARIABLE_INFO_SHORTCUT), run: show },
      { key: toCodeMirrorKey(RENAME_VARIABLE_SHORTCUT), run: renameHere },
    ]),
    createCloseOnEscapeExtension(closeCards),
  ];
}
