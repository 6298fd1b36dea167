import { TouchSensor } from "@dnd-kit/core";

/** A finger on the grip wants to drag, since the grip cannot scroll; elsewhere on a row it may want to scroll first. */
export class StepTouchSensor extends TouchSensor {
  constructor(props: ConstructorParameters<typeof TouchSensor>[0]) {
    const { target } = props.event;
    const isOnHandle = target instanceof Element && target.closest("[data-part=handle]") !== null;
    super(isOnHandle ? { ...props, options: { activationConstraint: { distance: 5 } } } : props);
  }
}
