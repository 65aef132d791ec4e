// Cookies that a browser keeps for https alone: a page by http can neither read nor replace them.

/**
 * Whether the browser keeps cookies, but not this one, because https has set one of this name.
 *
 * @param {string} name
 */
export function isShadowed(name) {
  return location.protocol === "http:" && keeps("probe") && !keeps(name);
}

function keeps(name) {
  // biome-ignore lint/suspicious/noDocumentCookie: the newer interface is missing by http
  document.cookie = `${name}=probe; path=/; SameSite=Lax`;
  const isThere = document.cookie.split("; ").includes(`${name}=probe`);
  // biome-ignore lint/suspicious/noDocumentCookie: the same
  if (isThere) document.cookie = `${name}=; path=/; Max-Age=0`;
  return isThere;
}
