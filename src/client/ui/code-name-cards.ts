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
import { closeOnEscape } from "./close-on-escape.ts";

/** A name in a text; offsets in UTF-16 units. */
export interface CodeName {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A card that is on the page, to be drawn into `host`. */
export interface ShownCard {
  readonly host: HTMLElement;
  readonly name: string;
  /** It was asked for by key and takes the focus; else it is the pointer's. */
  readonly isAskedFor: boolean;
  readonly close: () => void;
}

interface NameCardOptions {
  readonly find: (text: string, offset: number) => CodeName | undefined;
  readonly rename: (name: string) => void;
  /** Told of each card that comes and of each that goes. */
  readonly onShow: (card: ShownCard) => void;
  readonly onHide: (host: HTMLElement) => void;
}

const HOVER_MS = 350;

const setAskedFor = StateEffect.define<CodeName | undefined>();

/**
 * Cards about the names in a text: of the one under the pointer, which may travel onto the card; of the one at the
 * cursor by Mod+I, with the focus. Escape closes either and nothing else. F2 renames what is at the cursor.
 */
export function nameCards({ find, rename, onShow, onHide }: NameCardOptions): Extension {
  const toTooltip = ({ name, from, to }: CodeName, isAskedFor: boolean): Tooltip => ({
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
  const askedFor = StateField.define<CodeName | undefined>({
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
      { key: "Mod-i", run: show },
      { key: "F2", run: renameHere },
    ]),
    closeOnEscape(closeCards),
  ];
}
