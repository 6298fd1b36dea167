import { type ButtonProps, Button } from "./button.tsx";

/** A button whose text wraps, because it contains the name of a step or variable. */
export function WrappingButton({ children, ...button }: Omit<ButtonProps, "className">) {
  return (
    <Button
      {...button}
      className="h-auto! min-h-7 max-w-full shrink! py-0.5 text-left whitespace-normal! pointer-coarse:min-h-10"
    >
      <span dir="auto" className="[overflow-wrap:anywhere]">
        {children}
      </span>
    </Button>
  );
}
