// Custom fields in the administration: a row is dragged to its place; the buttons do the same by keyboard.
"use strict";

(() => {
  let carried = null;

  const rowOf = (event) => event.target.closest?.("[data-sortable] > li");

  document.addEventListener("dragstart", (event) => {
    carried = rowOf(event);
    carried?.classList.add("carried");
  });

  document.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    if (!carried || !row || row.parentNode !== carried.parentNode) return;
    event.preventDefault();
    for (const other of row.parentNode.children) other.classList.toggle("above", other === row);
  });

  document.addEventListener("drop", (event) => {
    const row = rowOf(event);
    if (!carried || !row || row === carried || row.parentNode !== carried.parentNode) return;
    event.preventDefault();
    const form = carried.querySelector("form.order");
    const place = document.createElement("input");
    Object.assign(place, { type: "hidden", name: "place", value: row.dataset.place });
    form.append(place);
    form.submit();
  });

  document.addEventListener("dragend", () => {
    for (const row of document.querySelectorAll(".carried, .above")) row.classList.remove("carried", "above");
    carried = null;
  });
})();
