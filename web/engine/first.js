// The answer to the page's own scenario: it stands before the core is there. The build puts in what the core answers.

/** `{ scenario, estimate, levers }`, all texts. */
export const FIRST = null;
