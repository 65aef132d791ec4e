// Times of the server on a device whose own clock may be wrong by hours.

/**
 * Return by how many milliseconds the server's clock is ahead of this device's.
 *
 * @param {string} now the server's time in a message that has just come
 */
export const aheadOf = (now) => Date.parse(now) - Date.now();

/**
 * Return the milliseconds until a moment of the server's clock; 0 where it is past.
 *
 * @param {string} until
 * @param {number} clockAhead as aheadOf returned it
 */
export const millisecondsUntil = (until, clockAhead) => Math.max(0, Date.parse(until) - Date.now() - clockAhead);
