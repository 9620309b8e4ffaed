// Every page: appearance, menus, dialogs, messages that go away, the progress line, the CSRF token of a new session.
"use strict";

(() => {
  const root = document.documentElement;

  const cookie = (name) =>
    document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

  // A sign-in in another tab or in the dialog renews the token: the cookie knows the newest.
  const token = () => cookie("csrftoken") || document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  document.addEventListener("htmx:configRequest", (event) => {
    if (!token()) return;
    event.detail.headers["X-CSRFToken"] = token();
    if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token();
  });

  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector?.("input[name=csrfmiddlewaretoken]");
    if (field && cookie("csrftoken")) field.value = cookie("csrftoken");
    if (event.target.matches?.("form[data-once]") && !event.defaultPrevented) {
      if (event.target.dataset.sent) return event.preventDefault();
      event.target.dataset.sent = "yes";
      setTimeout(() => delete event.target.dataset.sent, 8000);
    }
  }, true);

  // Appearance: shown at once, remembered by the server.
  const theme = (choice) => {
    root.dataset.theme = choice;
    for (const other of document.querySelectorAll("[data-theme-choice]")) {
      other.setAttribute("aria-pressed", String(other.dataset.themeChoice === choice));
    }
  };
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-theme-choice]");
    if (!choice) return;
    event.preventDefault();
    theme(choice.dataset.themeChoice);
    const form = choice.closest("form");
    const body = new URLSearchParams(new FormData(form));
    body.set("theme", choice.dataset.themeChoice);
    fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "manual" });
  });

  // Dialogs: <button data-opens="help"> … <dialog id="help"> … <button data-closes>
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      closeMenus();
      document.getElementById(opener.dataset.opens)?.showModal();
    }
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
    if (event.target.matches("dialog") && event.target.open && outside(event)) event.target.close();
  });
  const outside = (event) => {
    const box = event.target.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  };

  // Menus close when one looks elsewhere.
  const closeMenus = (but) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== but) menu.open = false;
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
    event.stopImmediatePropagation();
  });

  // Printing: a button that needs a script shows itself.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // Messages: good news leaves by itself, bad news stays.
  const settle = (toast) => {
    toast.dataset.settled = "yes";
    toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
    const stays = toast.querySelector("form") ? 60000 : 7000; // something to press has to be reached first
    if (!toast.matches(".stop")) setTimeout(() => toast.remove(), stays);
  };
  const settleAll = () => document.querySelectorAll(".toast:not([data-settled])").forEach(settle);
  new MutationObserver(settleAll).observe(document.getElementById("toasts"), { childList: true });
  settleAll();

  const say = (id) => {
    const pattern = document.getElementById(id);
    if (pattern) document.getElementById("toasts").append(pattern.content.cloneNode(true));
  };

  const xhrSays = (event, mark) => event.detail.xhr.responseText?.includes(mark);

  // Progress and failures of htmx.
  let running = 0;
  const busy = (change) => {
    running = Math.max(0, running + change);
    root.classList.toggle("loading", running > 0);
  };
  document.addEventListener("htmx:beforeRequest", (event) => { if (!event.target.closest("[data-silent]")) busy(1); });
  document.addEventListener("htmx:afterRequest", (event) => { if (!event.target.closest("[data-silent]")) busy(-1); });
  document.addEventListener("htmx:sendError", (event) => { if (!event.target.closest("[data-silent]")) say("toast-offline"); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) {
      event.detail.shouldSwap = false;
      document.dispatchEvent(new CustomEvent("session:ended", { detail: event.detail }));
    } else if (status === 422) {
      event.detail.shouldSwap = true; // a form with its errors
      event.detail.isError = false;
    } else if (status >= 400) {
      event.detail.shouldSwap = false;
      if (!event.target.closest("[data-silent]")) say(xhrSays(event, "data-stale") ? "toast-stale" : status === 403 ? "toast-forbidden" : status === 404 ? "toast-gone" : "toast-failed");
    }
  });

  // Fields that are for some choices only (of departments, say) come and go with what is chosen.
  const fit = (form) => {
    for (const part of form.querySelectorAll("[data-only-for]")) {
      const chosen = new FormData(form).get(part.dataset.chosenIn);
      part.hidden = form.elements[part.dataset.chosenIn] !== undefined && !part.dataset.onlyFor.split(" ").includes(chosen);
    }
  };
  document.addEventListener("change", (event) => event.target.form?.querySelector("[data-only-for]") && fit(event.target.form));
  const fitAll = () => new Set([...document.querySelectorAll("[data-only-for]")].map((part) => part.closest("form"))).forEach(fit);
  document.addEventListener("htmx:afterSettle", fitAll);
  fitAll();

  // Names and sizes of chosen files, and the limit, before anything is sent.
  const size = (bytes) => new Intl.NumberFormat(root.lang, bytes < 1e6
    ? { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }
    : { style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(Math.max(bytes / (bytes < 1e6 ? 1e3 : 1e6), bytes ? 1 : 0));
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[type=file][data-list]")) return;
    const list = document.getElementById(input.dataset.list);
    const files = [...input.files];
    list.replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      item.className = "attachment";
      item.append(file.name, " ");
      const bytes = document.createElement("span");
      bytes.className = "muted small";
      bytes.textContent = size(file.size);
      item.append(bytes);
      return item;
    }));
    const tooLarge = files.some((file) => file.size > Number(input.dataset.maxBytes || Infinity));
    const tooMany = files.length > Number(input.dataset.maxCount || Infinity);
    input.setCustomValidity(tooLarge || tooMany ? input.dataset.limit : "");
    if (tooLarge || tooMany) input.reportValidity();
  });
})();
