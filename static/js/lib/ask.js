// Fetch JSON of the page's own server.

/**
 * @param {string} address
 * @returns {Promise<any>} null where the request failed
 */
export async function ask(address) {
  try {
    const response = await fetch(address);
    return response.ok ? await response.json() : null;
  } catch {
    // The banner tells of a lost connection, and the next change asks again.
    return null;
  }
}
