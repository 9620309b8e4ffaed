// The desk: keys, the list beside the ticket, the editor and its drafts, mail frames, sessions that end.
"use strict";

(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  const desk = document.body;
  const main = () => document.getElementById("main");

  // -- The list keeps its place; the row of the open ticket is marked.

  const rows = () => $$(".rows .row");
  const mark = () => {
    const number = main()?.dataset.number;
    for (const row of rows()) {
      if (number && row.dataset.number === number) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  };
  const current = () => $(".rows .row[aria-current]") || $(".rows .row:focus");
  const reveal = (row) => row?.scrollIntoView({ block: "nearest" });

  const step = (by) => {
    const all = rows();
    const at = all.indexOf(current());
    if (at < 0 && by < 0) return;
    const next = all[at + by];
    if (!next && by > 0) return $("[data-more]")?.click();
    if (!next) return;
    next.focus({ preventScroll: true });
    reveal(next);
    next.click();
  };

  document.addEventListener("click", (event) => {
    const row = event.target.closest(".rows .row");
    if (!row || event.metaKey || event.ctrlKey || event.shiftKey) return;
    for (const other of rows()) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
  });

  // -- Choosing several, to delete them at once: with x, or a click; with Shift all since the last one.

  const picks = () => $$(".rows .pick");
  let lastPicked = null;
  const counted = () => {
    const shown = $("[data-chosen]");
    if (shown) shown.textContent = picks().filter((pick) => pick.checked).length;
  };
  const choose = (pick) => { pick.checked = !pick.checked; lastPicked = pick; counted(); };
  const chooseNone = () => { for (const pick of picks()) pick.checked = false; counted(); };
  document.addEventListener("click", (event) => {
    const pick = event.target.closest(".rows .pick");
    if (!pick) return;
    const all = picks();
    const ends = [all.indexOf(lastPicked), all.indexOf(pick)].sort((one, other) => one - other);
    if (event.shiftKey && ends[0] >= 0) {
      for (const between of all.slice(ends[0], ends[1] + 1)) between.checked = pick.checked;
    }
    lastPicked = pick;
    counted();
  });
  document.addEventListener("reset", (event) => {
    if (event.target.id !== "chosen") return;
    event.preventDefault();
    chooseNone();
    current()?.focus();
  });

  // -- A ticket that has come in: latest message in view, frames fitted, dialogs open that want to be.

  const arrive = () => {
    mark();
    const last = $$("#thread > .message[open]").pop();
    const pane = $("#ticket-body");
    if (!last || !pane) return;
    if (matchMedia("(max-width: 56rem)").matches) {
      if (main().matches(".has-ticket")) scrollTo(0, last.getBoundingClientRect().top + scrollY - 110);
      return main().focus({ preventScroll: true });
    }
    pane.scrollTop = pane.scrollHeight;
    const above = pane.getBoundingClientRect().top + 16 - last.getBoundingClientRect().top;
    if (above > 0) pane.scrollTop -= above;
  };

  const fit = (frame) => {
    const page = frame.contentDocument;
    if (!page?.body) return;
    const height = () => { frame.style.height = `${Math.min(page.documentElement.scrollHeight, 4000) + 2}px`; };
    frame.style.height = "2rem";
    height();
    $$("img", page).forEach((picture) => picture.addEventListener("load", height));
  };
  document.addEventListener("load", (event) => {
    if (event.target.matches?.(".mail-frame")) fit(event.target);
    if (event.target.matches?.(".sign-in-frame")) afterSignIn(event.target);
  }, true);
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".message[open]")) $$(".mail-frame", event.target).forEach(fit);
  }, true);

  document.addEventListener("click", (event) => {
    const body = event.target.closest(".message-body");
    const frame = body && $(".mail-frame", body);
    if (!frame) return;
    if (event.target.closest("[data-pictures]")) {
      frame.src = `${frame.getAttribute("src")}?pictures=remote`;
      event.target.closest("[data-pictures]").remove();
    }
    if (event.target.closest("[data-plain]")) {
      frame.remove();
      $(".written", body).hidden = false;
      $(".mail-tools", body).remove();
    }
  });

  // -- Back and forward: the list stays, only the ticket changes. Pages never lie in the browser's storage.

  document.addEventListener("htmx:historyCacheMiss", (event) => {
    event.preventDefault();
    const path = event.detail.path;
    const list = $("#list");
    if (/\/desk\/tickets\/\d+\/(\?|$)/.test(path) && list && main()) {
      htmx.ajax("GET", path, { target: "#main", swap: "outerHTML" });
    } else if (list && [list.dataset.url, "/desk/"].includes(path.split("?")[0])) {
      const empty = document.createElement("div");
      empty.id = "main";
      empty.className = "pane empty-pane";
      empty.tabIndex = -1;
      empty.append($("#nothing-open").content.cloneNode(true));
      main().replaceWith(empty);
      mark();
    } else {
      location.reload();
    }
  });

  document.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (!back || !$("#list[data-url]") || !history.state?.htmx || !cameFromList) return;
    event.preventDefault();
    history.back();
  });
  let cameFromList = false;
  document.addEventListener("htmx:pushedIntoHistory", () => { cameFromList = true; });

  // -- Editor: answers and notes never share a text; the mode is written on it.

  const composer = () => document.getElementById("composer");
  const write = (mode, { focus = true } = {}) => {
    const box = composer();
    if (!box || (mode && !$(`#${mode}-form`))) return; // a profile may lack one of them
    box.dataset.mode = mode;
    for (const tab of $$(".mode", box)) tab.setAttribute("aria-expanded", String(tab.dataset.mode === mode));
    for (const form of $$("form.editor", box)) form.hidden = form.id !== `${mode}-form`;
    const pane = $("#ticket-body");
    if (mode && pane) pane.scrollTop = pane.scrollHeight;
    const text = mode && $(`#${mode}-form textarea`);
    if (text && focus) {
      text.focus();
      text.setSelectionRange(text.value.length, text.value.length);
    }
  };
  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".composer-tabs .mode");
    if (tab) write(tab.getAttribute("aria-expanded") === "true" ? "" : tab.dataset.mode);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest(".composer-tabs .mode");
    if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = $$(".mode", composer()).find((each) => each !== tab);
    if (!other) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    other.focus();
    write(other.dataset.mode, { focus: false });
  });

  // What was sent leaves an empty, closed editor; errors leave it open, at the field that has one.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "main") arrive();
    if (event.target.matches?.("#list, .rows, .rows *")) mark();
    for (const dialog of $$("dialog[data-open-now]:not([open])")) dialog.showModal();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = event.detail.elt?.matches?.("form.editor") && event.detail.elt;
    if (form) {
      const wrong = $("[aria-invalid=true]", form);
      write(wrong || event.detail.requestConfig?.path.includes("/drafts/") ? form.id.replace("-form", "") : "");
      wrong?.focus();
      if (!wrong) arrive();
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (requestConfig?.verb === "post" && !event.target.closest("[data-silent]") && xhr.status < 400) refresh();
    const text = event.detail.elt;
    if (text?.matches?.("[data-draft]")) {
      text.dataset.kept = xhr.status === 200 ? "yes" : "no";
      const state = $(text.getAttribute("hx-target"));
      if (xhr.status !== 200 && state) state.textContent = state.dataset.unkept;
    }
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.matches?.("form.editor") && $(".upload", event.target);
    const hasFiles = bar && [...$("input[type=file]", event.target).files].length > 0;
    if (!hasFiles) return;
    bar.hidden = false;
    bar.value = (event.detail.loaded / event.detail.total) * 100;
  });

  // Typed, but neither sent nor kept on the server yet: ask before the page goes.
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-draft]")) event.target.dataset.kept = "no";
  });
  addEventListener("beforeunload", (event) => {
    const lost = $$("[data-draft]").some((text) => text.dataset.kept === "no" && text.value.trim());
    if (lost) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const text = event.target.matches?.("form.editor") && $("[data-draft]", event.target);
    if (text) text.dataset.kept = "yes";
  }, true);

  // -- A session that ended: sign in inside the dialog; what was typed stays where it is.

  document.addEventListener("session:ended", (event) => {
    if (document.getElementById("session-ended")?.open) return;
    const dialogs = document.getElementById("dialogs");
    dialogs.innerHTML = event.detail.xhr.response;
    $("dialog", dialogs)?.showModal();
  });
  const afterSignIn = (frame) => {
    const inside = frame.contentDocument;
    if (!inside?.getElementById("signed-in")) {
      frame.style.height = `${(inside?.body.scrollHeight ?? 300) + 4}px`;
      $("[autofocus]", inside ?? document)?.focus();
      return;
    }
    frame.closest("dialog").close();
    frame.closest("dialog").remove();
    refresh();
    $$("[data-draft][data-kept=no]")[0]?.focus();
  };

  // -- Search: stop and go on.

  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-scan]");
    if (form && event.target.closest("[data-stop]")) {
      htmx.trigger(form, "htmx:abort");
      event.target.closest("[data-stop]").remove();
      $("[data-continue]", form).hidden = false;
      $("[data-continue]", form).focus();
    }
  });

  // -- Rail and side column on smaller screens.

  const toggleRail = (open = desk.dataset.rail !== "open") => {
    if (open) desk.dataset.rail = "open";
    else delete desk.dataset.rail;
    for (const button of $$("[data-rail-toggle]")) button.setAttribute("aria-expanded", String(open));
    if (open) ($(".rail-link[aria-current]") || $(".rail-link")).focus();
  };
  const toggleSide = (open = main().dataset.side !== "open") => {
    if (open) main().dataset.side = "open";
    else delete main().dataset.side;
    $(".ticket-head .side-toggle").setAttribute("aria-expanded", String(open));
    $(open ? ".side-close" : ".ticket-head .side-toggle").focus();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-rail-toggle]")) toggleRail();
    else if (desk.dataset.rail === "open" && !event.target.closest("#rail")) toggleRail(false);
    if (event.target.closest(".side-toggle")) toggleSide();
  });

  // -- Counts and news, while somebody is looking.

  const refresh = () => {
    if ($("dialog#session-ended[open]")) return;
    htmx.trigger(desk, "desk:refresh");
    for (const text of $$("[data-draft][data-kept=no]")) if (text.value.trim()) htmx.trigger(text, "keep");
  };
  setInterval(() => { if (document.visibilityState === "visible") refresh(); }, 20000);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh(); });

  // -- Keys.

  const STORE = "helpdesk.single-keys";
  const switchKeys = document.getElementById("single-keys");
  if (switchKeys) {
    switchKeys.checked = localStorage.getItem(STORE) !== "off";
    switchKeys.addEventListener("change", () => localStorage.setItem(STORE, switchKeys.checked ? "on" : "off"));
  }
  const typing = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  const search = () => {
    const box = $(".search-box input[type=search]") || document.getElementById("search");
    if (box.id === "search" && !box.offsetParent) toggleRail(true);
    box.focus();
    box.select();
  };
  const control = (id) => {
    const field = document.getElementById(id);
    if (!field) return;
    if (!field.offsetParent) toggleSide(true);
    field.focus();
    try { field.showPicker?.(); } catch { /* a browser that wants a click */ }
  };
  const leave = (event) => {
    if ($("dialog[open]")) return;
    const box = composer();
    if (box?.contains(event.target) && box.dataset.mode) {
      const tab = $(`#tab-${box.dataset.mode}`);
      write("");
      return tab.focus();
    }
    if (desk.dataset.rail === "open") return toggleRail(false);
    if (picks().some((pick) => pick.checked)) return chooseNone();
    if (main()?.dataset.side === "open") return toggleSide(false);
    if (typing(event.target)) return event.target.blur();
    if (main()?.matches(".has-ticket")) (current() || $("#list-body"))?.focus();
  };
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    x: () => { const pick = $(".pick", current()?.closest("li") || main()); if (pick) choose(pick); },
    "/": search,
    r: () => write("reply"),
    n: () => write("note"),
    a: () => control("property-assignee"),
    s: () => control("property-status"),
    c: () => { location.href = $(".topbar a.button").href; },
    "?": () => document.getElementById("help").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return leave(event);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form.editor");
      if (form && !form.matches(".htmx-request")) form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
    if (["ArrowDown", "ArrowUp"].includes(event.key) && event.target.closest("#list") && !typing(event.target)) {
      event.preventDefault();
      return step(event.key === "ArrowDown" ? 1 : -1);
    }
    if (typing(event.target) || (switchKeys && !switchKeys.checked) || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key](event);
  });

  // Blacking out: what is marked in the message goes into the box, a line each.
  document.addEventListener("selectionchange", () => {
    const taker = document.querySelector("[data-take-selection]");
    const chosen = String(getSelection()).trim();
    const inside = document.querySelector("[data-selectable]")?.contains(getSelection().anchorNode);
    if (taker && chosen && inside) taker.dataset.chosen = chosen.replace(/\s+/g, " ");
  });
  document.addEventListener("click", (event) => {
    const taker = event.target.closest("[data-take-selection]");
    const box = taker && document.getElementById(taker.dataset.takeSelection);
    if (!box || !taker.dataset.chosen) return;
    box.value = [box.value.trimEnd(), taker.dataset.chosen].filter(Boolean).join("\n");
    taker.dataset.chosen = "";
    box.focus();
  });
  for (const taker of document.querySelectorAll("[data-take-selection]")) taker.hidden = false;

  arrive();
  reveal(current());
  if (composer()?.dataset.mode && $("[aria-invalid=true]", composer())) $("[aria-invalid=true]", composer()).focus();
  root.classList.add("ready");
})();
