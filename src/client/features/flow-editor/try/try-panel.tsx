import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { Dialog } from "#client/ui/dialog.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { TryContent } from "./try-content.tsx";

type TryPanelProps = {
  readonly onClose: () => void;
  readonly onShowStep: (key: StepKey) => void;
};

/** Runs the draft, and shows what comes of it: beside the list, or as a sheet over the page where there is no room. */
export function TryPanel({ onClose, onShowStep }: TryPanelProps) {
  const isBeside = useMediaQuery("(min-width: 900px)");
  const heading = useRef<HTMLHeadingElement>(null);
  const [opener] = useState(() => document.activeElement);
  // Who asked for the panel wants to be in it; it is not there before its code is.
  useEffect(() => heading.current?.focus(), []);
  const close = () => {
    onClose();
    const isThere = opener instanceof HTMLElement && opener !== document.body && opener.isConnected;
    wishFocus(() => (isThere ? opener : document.querySelector<HTMLElement>("[data-try-button]")));
  };

  if (!isBeside) {
    return (
      <Dialog title="Try it" variant="sheet" onClose={close}>
        <div data-try="">
          <TryContent
            onShowStep={(key) => {
              onClose();
              onShowStep(key);
            }}
          />
        </div>
      </Dialog>
    );
  }
  return (
    <aside
      aria-label="Try it"
      data-try=""
      className="flex min-h-0 shrink-0 flex-col border-l border-line bg-surface max-[1199px]:w-[clamp(20rem,34vw,30rem)] max-[1199px]:flex-1 max-[1199px]:has-[+div:not(:empty)]:max-h-[55%] max-[1199px]:has-[+div:not(:empty)]:border-b min-[1200px]:w-96"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        close();
      }}
    >
      <header className="flex shrink-0 items-center justify-between gap-2 pt-3 pr-3 pb-1 pl-4">
        <h2 ref={heading} tabIndex={-1} className="font-semibold">
          Try it
        </h2>
        <IconButton label="Close Try it" icon={X} shortcut="Escape" size="sm" onClick={close} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        <TryContent onShowStep={onShowStep} />
      </div>
    </aside>
  );
}
