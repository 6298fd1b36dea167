/** Value of `ids` that matches no flow: an empty value would not filter. */
export const NO_FLOW_IDS = "-";
