// Keeps lists of mails fresh while they are open; without it, reloading the page does the same.
for (const list of document.querySelectorAll("[data-live]")) {
  setInterval(async () => {
    if (document.hidden || list.contains(document.activeElement)) return;
    try {
      const response = await fetch(list.dataset.live);
      if (!response.ok) return;
      const fresh = await response.text();
      if (fresh !== list.dataset.last) list.innerHTML = list.dataset.last = fresh;
    } catch { /* the server is away: try again in a moment */ }
  }, 3000);
}
