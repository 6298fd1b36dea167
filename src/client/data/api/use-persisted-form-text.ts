import { useEffect, useEffectEvent } from "react";
import { type UnsavedFormText, unsavedFormTexts } from "./unsaved-form-texts.ts";
import { pageUserIdentityTracker } from "./page-identity.ts";

export type PersistedFormTextOptions<Value> = Pick<UnsavedFormText, "form" | "title" | "path"> & {
  readonly isTyped: () => boolean;
  readonly value: () => Value;
  /** Fills the form with the stored value, which is not validated. */
  readonly onRestore: (value: unknown) => void;
  readonly takeOld?: () => unknown;
};

const DELAY_MS = 400;

export function usePersistedFormText<Value>({ form, ...text }: PersistedFormTextOptions<Value>): void {
  const readText = useEffectEvent((): UnsavedFormText | undefined => {
    const { title, path, isTyped, value } = text;
    return isTyped() ? { form, title, path, editedAt: Date.now(), value: value() } : undefined;
  });
  const restore = useEffectEvent((left: UnsavedFormText | undefined) => {
    // Restoring the text would overwrite what the user has typed since the mount.
    if (left && text.isTyped()) return unsavedFormTexts.leave(left);
    const value = left?.value ?? text.takeOld?.();
    if (value !== undefined) text.onRestore(value);
  });
  useEffect(() => {
    let isClosed = false;
    let isDiscarded = false;
    void unsavedFormTexts.take(form).then((left) => {
      if (!isClosed) restore(left);
      else if (left) unsavedFormTexts.leave(left);
    });
    const stop = pageUserIdentityTracker.holdWork({
      keep: async () => {
        const current = isDiscarded ? undefined : readText();
        if (current) unsavedFormTexts.leave(current);
      },
      discard: () => void (isDiscarded = true),
    });
    return () => {
      isClosed = true;
      stop();
      // The sign-out has already stored the text for the next visit.
      if (pageUserIdentityTracker.isEnding() || pageUserIdentityTracker.signOut() === "keeping")
        unsavedFormTexts.close(form);
      else unsavedFormTexts.forget(form);
    };
  }, [form]);
  useEffect(() => {
    const timer = setTimeout(() => {
      const current = readText();
      if (current) unsavedFormTexts.store(current);
      else unsavedFormTexts.forget(form);
    }, DELAY_MS);
    return () => clearTimeout(timer);
  });
}
