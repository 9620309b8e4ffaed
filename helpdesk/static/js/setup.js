// Set-up in the administration: roles moved with the pointer, previews that follow what is chosen.
"use strict";

(() => {
  // The plain form does the moving; dragging only fills it in.
  const tree = document.querySelector("[data-tree]");
  let dragged = null;
  const lineOf = (event) => event.target.closest?.(".role-line");
  const roleOf = (line) => line.closest(".role");
  const isBelow = (line) => dragged && roleOf(dragged).contains(line);

  tree?.addEventListener("dragstart", (event) => {
    dragged = lineOf(event);
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.classList.add("dragged");
  });
  tree?.addEventListener("dragover", (event) => {
    const line = lineOf(event);
    clear();
    if (!line || !dragged || isBelow(line)) return;
    event.preventDefault();
    line.classList.add("target");
  });
  tree?.addEventListener("drop", (event) => {
    const line = lineOf(event);
    if (!line || !dragged || isBelow(line)) return;
    event.preventDefault();
    const choice = dragged.querySelector("select[name=superior]");
    choice.value = roleOf(line).dataset.role;
    choice.form.requestSubmit();
  });
  tree?.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    clear();
  });
  const clear = () => tree.querySelectorAll(".target").forEach((line) => line.classList.remove("target"));

  document.addEventListener("change", (event) => {
    const line = document.querySelector(`[data-preview="${CSS.escape(event.target.name)}"]`);
    if (!line) return;
    const right = event.target.value;
    line.dataset.right = right === "write" && "reads" in line.dataset ? "read" : right;
    event.target.closest("tr").classList.toggle("withheld", right !== "write");
  });

  // Criteria of a sharing rule: fields that don't belong to the choice are put away.
  const follow = () => {
    for (const part of document.querySelectorAll("[data-when]")) {
      const [name, ...values] = part.dataset.when.split(" ");
      const chosen = document.querySelector(`[name="${name}"]:checked, select[name="${name}"]`)?.value;
      part.hidden = !values.includes(chosen);
    }
  };
  document.addEventListener("change", follow);
  follow();
})();
