// Filter and search. The page is complete and readable without this script.
"use strict";
(() => {
  const form = document.querySelector("#filter");
  const cards = [...document.querySelectorAll(".question")];
  const names = ["verdict", "set", "type", "script", "split"];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const searched = "summary > bdi, summary > small, .part p, .part li, blockquote, figcaption";
  let texts = null; // made at the first search

  // Without white space, since Chinese texts differ in it: 「2024 年」 is found by 「2024年」.
  const words = (card) =>
    [...card.querySelectorAll(searched)].map((node) => fold(node.textContent).replace(/\s+/g, "")).join("\n");

  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  const labelled = (text, control) => make("label", {}, make("span", { textContent: text }), control);

  const select = (name) => {
    const counts = new Map();
    for (const card of cards) counts.set(card.dataset[name], (counts.get(card.dataset[name]) ?? 0) + 1);
    const options = [...counts].map(([value, n]) => make("option", { value, textContent: `${value} (${n})` }));
    options.unshift(make("option", { value: "", textContent: "all" }));
    if (name === "verdict") {
      const failed = cards.filter((card) => card.classList.contains("failed")).length;
      options.splice(1, 0, make("option", { value: "failed", textContent: `failures (${failed})` }));
    }
    return labelled(name, make("select", { name }, ...options));
  };

  const agrees = (card, name, value) =>
    name === "verdict" && value === "failed" ? card.classList.contains("failed") : card.dataset[name] === value;

  const apply = () => {
    const wanted = names.map((name) => [name, form.elements[name].value]).filter(([, value]) => value);
    const terms = fold(form.elements.search.value).split(/\s+/).filter(Boolean);
    if (terms.length) texts ??= cards.map(words);
    let shown = 0;
    cards.forEach((card, index) => {
      const fits =
        wanted.every(([name, value]) => agrees(card, name, value)) &&
        terms.every((term) => texts[index].includes(term));
      card.hidden = !fits;
      shown += fits;
    });
    form.querySelector("output").value = `${shown} of ${cards.length} questions`;
  };

  // A link to a question or to one of its citations opens the question.
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const card = target?.closest(".question");
    if (!card) return;
    card.open = true;
    target.scrollIntoView();
  };

  form.append(
    labelled("search", make("input", { type: "search", name: "search", autocomplete: "off" })),
    ...names.map(select),
    make("button", { type: "reset", textContent: "Reset" }),
    make("output"),
  );
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply)); // the fields are emptied after the event
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", open);
  apply();
  open();
})();
