/** To the next place where two compared texts differ, and with Shift to the one before, as in other editors. */
export const NEXT_DIFFERENCE = "F7";
export const PREVIOUS_DIFFERENCE = `Shift+${NEXT_DIFFERENCE}`;
