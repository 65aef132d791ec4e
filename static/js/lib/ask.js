// Data of this page by address: null when it cannot be had now.

/**
 * @param {string} address
 * @returns {Promise<any>} null while it cannot be had
 */
export async function ask(address) {
  try {
    const response = await fetch(address);
    return response.ok ? await response.json() : null;
  } catch {
    // The connection is away: the banner says so, and the next change asks again.
    return null;
  }
}
