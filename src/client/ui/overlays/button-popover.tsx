import { Popover } from "radix-ui";
import { type ReactNode, type RefObject, useRef } from "react";
import { overlayContentProps } from "./overlay-content-props.ts";

type ButtonPopoverProps = {
  readonly label: string;
  readonly trigger: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** Controls below a button, which may be there before this code. */
export function ButtonPopover({ label, trigger, onClose, children }: ButtonPopoverProps) {
  const isLeft = useRef(false);
  return (
    <Popover.Root open onOpenChange={onClose}>
      <Popover.Anchor virtualRef={trigger} />
      <Popover.Portal>
        <Popover.Content
          {...overlayContentProps}
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onInteractOutside={(event) => {
            // The click on the button closes the popover.
            if (event.target instanceof Node && trigger.current?.contains(event.target))
              event.preventDefault();
            else isLeft.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!isLeft.current) trigger.current?.focus();
          }}
          className="z-80 flex max-h-[min(24rem,var(--radix-popper-available-height))] w-[min(18rem,calc(100vw-1rem))] animate-float-in flex-col gap-2 rounded-lg bg-raised p-2 shadow-float outline-none"
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
