// What only a browser can do: stand in the article at the quoted sentence, keep the chats, respect an input method.
// Data reaches the page as text (textContent, dataset); nothing here makes HTML or code from it.
window.wenju = (() => {
  "use strict";
  const MOST_CHATS = 20;
  const CHATS = "wenju.chats";
  const CHOICES = "wenju.choices";
  const PHONE = window.matchMedia("(max-width: 719px)");
  let desk = null; // the server's side: {props, trigger}
  let open = null; // id of the chat on show
  let opener = null; // what had the focus before the sheet opened
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Kept in this browser

  function read(key, otherwise) {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return kept && typeof kept === typeof otherwise ? kept : otherwise;
    } catch {
      return otherwise;
    }
  }

  function write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  function chats() {
    const kept = read(CHATS, []);
    return Array.isArray(kept) ? kept.filter((chat) => chat && typeof chat.id === "string") : [];
  }

  function save(chat) {
    open = chat.id;
    write(CHOICES, { ...read(CHOICES, {}), chat: open });
    if (chat.exchanges.length) {
      let kept = [chat, ...chats().filter((other) => other.id !== chat.id)].slice(0, MOST_CHATS);
      while (kept.length > 1 && !write(CHATS, kept)) kept = kept.slice(0, -1); // the browser's room is full
      if (kept.length === 1) write(CHATS, kept);
    }
    list();
  }

  function forget(id) {
    write(CHATS, chats().filter((chat) => chat.id !== id));
    if (id === open) desk.trigger("restore", { chat: null });
    list();
  }

  function list() {
    const place = one("#chats nav");
    if (!place) return;
    const rows = chats().map((chat) => {
      const row = document.createElement("div");
      const name = document.createElement("button");
      const remove = document.createElement("button");
      name.textContent = String(chat.exchanges?.[0]?.question ?? "").slice(0, 60);
      name.dataset.chat = chat.id;
      if (chat.id === open) name.setAttribute("aria-current", "true");
      remove.textContent = "×";
      remove.dataset.forget = chat.id;
      remove.title = place.dataset.remove;
      remove.setAttribute("aria-label", `${place.dataset.remove}: ${name.textContent}`);
      row.append(name, remove);
      return row;
    });
    const none = document.createElement("p");
    none.textContent = place.dataset.none;
    name();
    place.replaceChildren(...(rows.length ? rows : [none]));
  }

  // Gradio's buttons without a word on them get a name.
  function name() {
    const said = one("#chats nav").dataset;
    const names = { ".toggle-button": said.side, "#question .submit-button": said.send, "#question .stop-button": said.stop };
    for (const [selector, label] of Object.entries(names)) one(selector)?.setAttribute("aria-label", label);
  }

  // The article

  function tab(number) {
    all(".panel").forEach((panel) => (panel.hidden = panel.dataset.panel !== number));
    all("[data-tab]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.tab === number)));
  }

  function stand(key, asked) {
    const mark = one(`#article mark[data-mark~="${CSS.escape(key)}"]`);
    if (!mark) return;
    tab(mark.closest(".panel").dataset.panel);
    if (asked) sheet(true);
    all("mark.current").forEach((other) => other.classList.remove("current"));
    all(`#article mark[data-mark~="${CSS.escape(key)}"]`).forEach((part) => part.classList.add("current"));
    const pane = one("#article");
    const [there, here] = [mark.getBoundingClientRect(), pane.getBoundingClientRect()];
    const top = there.top - here.top + pane.scrollTop;
    const fits = top + there.height < 0.75 * pane.clientHeight; // then the title can stay in sight
    pane.scrollTop = fits ? 0 : top - Math.max(24, (pane.clientHeight - there.height) / 3);
    if (asked) mark.focus({ preventScroll: true });
  }

  function show(turn, key) {
    const reader = one("#article .reader");
    if (reader?.dataset.turn === turn) stand(key, true);
    else desk.trigger("show", { turn: Number(turn), key });
  }

  function arrived() {
    const reader = one("#article .reader");
    if (!reader) return;
    one("#article").scrollTop = 0;
    const asked = reader.dataset.asked !== undefined;
    if (reader.dataset.focus) stand(reader.dataset.focus, asked);
  }

  function sheet(shown) {
    const was = document.body.classList.contains("sheet");
    if (!PHONE.matches || shown === was) return;
    document.body.classList.toggle("sheet", shown);
    if (shown) opener = document.activeElement;
    else opener?.focus();
  }

  // What people do

  function pressed(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const data = button.dataset;
    if (data.cite) show(data.turn, data.cite);
    else if (data.tab) tab(data.tab);
    else if ("close" in data) sheet(false);
    else if (data.ask) desk.trigger("example", { question: data.ask });
    else if (data.thumb) desk.trigger("thumb", { turn: Number(data.turn), liked: data.thumb === "up" });
    else if (data.chat) desk.trigger("restore", { chat: chats().find((chat) => chat.id === data.chat) ?? null });
    else if (data.forget) forget(data.forget);
  }

  function corrected(event) {
    const form = event.target.closest("form.correction");
    if (!form) return;
    event.preventDefault();
    const correction = form.elements.correction.value;
    desk.trigger("thumb", { turn: Number(form.dataset.turn), liked: false, correction });
  }

  // The Enter that ends an input method's composition chooses a word; it never sends. (229: Safari, old Chromium.)
  function typed(event) {
    if (event.key === "Escape") sheet(false);
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
  }

  function download(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function told() {
    setTimeout(name); // when Gradio has changed the buttons
    const message = JSON.parse(desk.props.value || "{}");
    if (message.chat) save(message.chat);
    if (message.download) download(message.download.name, message.download.text);
    if (message.choices) {
      write(CHOICES, { ...read(CHOICES, {}), ...message.choices });
      document.documentElement.lang = message.choices.language;
      document.title = message.title;
      list();
    }
  }

  function connect(props, trigger, watch) {
    desk = { props, trigger };
    watch("value", told);
    list();
  }

  // The list of articles, and the files that are to join them. Of files that Gradio finds too large it would say so
  // in English; here the server is told their names, and says it in the page's language.
  function shelve(element, trigger, most) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-document]");
      if (!button) return;
      trigger("select", { document: button.dataset.document });
      one("#library-open").scrollIntoView({ block: "nearest" });
    });
    const check = (event) => {
      if (!event.target.closest?.("#library-files")) return;
      const files = [...((event.dataTransfer ?? event.target).files ?? [])];
      const names = (wanted) => files.filter(wanted).map((file) => file.name);
      if (files.every((file) => file.size <= most)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type === "change") event.target.value = "";
      else event.target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
      trigger("refuse", { large: names((file) => file.size > most), others: names((file) => file.size <= most) });
    };
    for (const kind of ["change", "drop"]) document.addEventListener(kind, check, true);
  }

  function announce() {
    const newest = one("#newest");
    newest.setAttribute("aria-live", "polite");
    new MutationObserver(queued).observe(newest, { subtree: true, childList: true, characterData: true });
  }

  // Gradio says "queue: 3/5" in the browser's language; here it is said in the page's.
  function queued() {
    const place = /(\d+)\/\d+/.exec(one("#newest .progress-text")?.textContent ?? "")?.[1];
    if (place) one("#newest").dataset.queue = one("#chats nav").dataset.queue.replace("{place}", place);
    else delete one("#newest").dataset.queue;
  }

  function latest() {
    name();
    const log = one("#log");
    const newest = one("#newest .exchange");
    if (log && newest) log.scrollTop += newest.getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
  }

  function kept() {
    const choices = read(CHOICES, {});
    return { ...choices, chat: chats().find((chat) => chat.id === choices.chat) ?? null };
  }

  document.addEventListener("click", pressed);
  document.addEventListener("submit", corrected, true);
  for (const kind of ["keydown", "keypress"]) document.addEventListener(kind, typed, true);
  window.addEventListener("storage", list); // another window of this browser has kept a chat
  return { announce, arrived, connect, kept, latest, list, shelve };
})();
