import { findStepType } from "#contract/step-types.ts";
import { copySteps, formatSteps } from "#core/copy-steps.ts";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import type { PasteReason } from "#core/read-pasted-steps.ts";
import { type Place, keysWithin } from "#core/step-list.ts";
import { stepType } from "#core/step.ts";
import { quoteName } from "#core/quote-name.ts";
import { copyText } from "#client/ui/copy-text.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { toasts } from "#client/ui/toasts.ts";
import type { ActionScope } from "./action-scope.ts";
import type { createEditActions } from "./edit-actions.ts";
import { roomFor } from "./explain-no-room.ts";

// Renewing variables takes parsers, and reading a paste is rare: both come when they are wanted.
const loadRenewing = () => import("./renew-copies.ts");
const loadReading = () => import("#core/read-pasted-steps.ts");

/** Copies of steps: beside the original, and through the clipboard within a flow, to another and from a chat. */
export function createClipboardActions(
  { analysis, selection, list, documentNow, nameOf, openDialog, placeAfter, placeHere }: ActionScope,
  { insert, remove }: Pick<ReturnType<typeof createEditActions>, "insert" | "remove">,
) {
  const textOf = (keys: readonly StepKey[]) => formatSteps(copySteps(documentNow(), keys));
  const sayCopied = (keys: readonly StepKey[]) => toasts.show({ text: `Copied ${nameOf(keys)}.` });

  const insertCopies = async (steps: readonly JsonObject[], place: Place, verb: "duplicate" | "paste") => {
    const { renewCopies } = await loadRenewing();
    const copies = renewCopies(steps, documentNow());
    const refusal = insert(copies, place, verb);
    if (refusal !== undefined) return refusal;
    if (verb === "paste") sayWhatIsUnknown(copies);
    sayWhatFindsNothing(copies);
    return undefined;
  };

  /** The copies are in all the same: what they read may be brought there next. */
  const sayWhatFindsNothing = (copies: readonly StepNode[]) => {
    const reads = analysis.now()?.analysis.reads;
    const lost = copies.flatMap(keysWithin).flatMap((step) => {
      const unset = (reads?.get(step) ?? []).filter(
        ({ state, reference }) => state === "unset" && reference.form !== "explicit",
      );
      return [...new Set(unset.map(({ reference }) => reference.name))].map((name) => ({ step, name }));
    });
    const [first] = lost;
    if (!first) return;
    const names = [...new Set(lost.map(({ name }) => name))];
    const named = names.slice(0, 3).map(quoteName).join(", ");
    const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
    const find = lost.length === 1 ? "finds" : "find";
    toasts.show({
      text: `${formatCount(lost.length, "reference")} ${find} nothing here: ${named}${more}.`,
      action: {
        label: "Show",
        run: () => {
          selection.selectOnly(first.step);
          list.current?.focusStep(first.step);
        },
      },
    });
  };

  const paste = async (text: string, place: Place): Promise<readonly PasteReason[]> => {
    try {
      const { readPastedSteps } = await loadReading();
      const pasted = readPastedSteps(text, roomFor(documentNow()));
      if (pasted.type === "refused") return pasted.reasons;
      const refusal = await insertCopies(pasted.steps, place, "paste");
      return refusal === undefined ? [] : [{ message: refusal }];
    } catch {
      return [{ message: "The server cannot be reached to load what reads steps. Try again in a moment." }];
    }
  };

  return {
    /** Puts copies right after the last of the steps. */
    duplicate: async (keys: readonly StepKey[]) => {
      const steps = copySteps(documentNow(), keys);
      if (steps.length === 0) return;
      try {
        const refusal = await insertCopies(steps, placeAfter(keys), "duplicate");
        if (refusal !== undefined) toasts.show({ text: refusal, tone: "danger" });
      } catch {
        const text = "Not duplicated: the server cannot be reached. Try again in a moment.";
        toasts.show({ text, tone: "danger" });
      }
    },

    /** `write` puts a text on the clipboard of the event that asked for it; without one, this makes an event itself. */
    copy: (keys: readonly StepKey[], write: (text: string) => boolean = copyText) => {
      if (write(textOf(keys))) sayCopied(keys);
      else toasts.show({ text: "The browser did not allow copying. Nothing is copied.", tone: "danger" });
    },

    cut: (keys: readonly StepKey[], write: (text: string) => boolean = copyText) => {
      if (write(textOf(keys))) remove(keys, "cut");
      else toasts.show({ text: "The browser did not allow copying. Nothing is cut.", tone: "danger" });
    },

    /** Puts the steps of a text into a place. All of them are in, or none and the reasons are returned. */
    paste,

    /** The same after what has the focus or is selected; where it cannot be, the reasons are shown beside the text. */
    pasteHere: async (text: string) => {
      const place = placeHere();
      const reasons = await paste(text, place);
      if (reasons.length > 0) openDialog({ type: "paste", place, text, reasons });
    },

    /** Asks for the text, for those whose browser or hand has no paste. */
    choosePaste: (keys: readonly StepKey[]) =>
      openDialog({ type: "paste", place: placeAfter(keys), text: "", reasons: [] }),
  };
}

/** Such steps are kept as they are; whether they run is for the server to say. */
function sayWhatIsUnknown(copies: readonly StepNode[]) {
  const types = new Set(copies.flatMap(typesWithin).filter((type) => !findStepType(type)));
  if (types.size === 0) return;
  const named = [...types].slice(0, 3).join(", ");
  const more = types.size > 3 ? ` and ${types.size - 3} more` : "";
  const [what, them] = types.size === 1 ? ["the step type", "it"] : ["the step types", "them"];
  toasts.show({ text: `Flowline does not know ${what} ${named}${more}. Everything in ${them} is kept.` });
}

function typesWithin(node: StepNode): readonly string[] {
  const inside = Object.values(node.branches ?? {}).flatMap((steps) => steps ?? []);
  return [stepType(node), ...inside.flatMap(typesWithin)];
}
