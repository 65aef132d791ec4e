// The operations page: buttons call the operators' API, and the page's live part reloads every 15 s.

import { enable, findAll, part } from "../lib/dom.js";
import { toast } from "../lib/toast.js";

const REFRESH_MS = 15_000;
const page = part("operations");

async function refresh() {
  try {
    const response = await fetch(location.href);
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    part("live").replaceWith(part("live", fresh));
  } catch {
    // Without a connection the last state stays on the page.
  }
}

async function act(button) {
  button.disabled = true;
  // A run of the optimisers is slow while a game runs.
  toast(`${button.textContent} …`);
  try {
    const response = await fetch(`/api/admin/${button.dataset.api}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": page.dataset.csrf },
      body: button.dataset.body || "{}",
    });
    const result = await response.json();
    toast(`${button.textContent}: ${result.error || result.outcome || result.done || result.until || "✓"}`);
  } catch {
    toast(`${button.textContent}: ✕`);
  }
  button.disabled = false;
  await refresh();
}

for (const button of findAll("[data-api]", page)) enable(button, () => act(button));
setInterval(() => {
  // A reload would take the reader's focus.
  if (!document.hidden && !part("live").contains(document.activeElement)) refresh();
}, REFRESH_MS);
