"use strict";
/* The list of questions with its filters, the way from one to the next, and the score. */
const index = window.fourdpIndex;
window.fourdpCards = [];
const byId = name => document.getElementById(name);
const place = new Map(index.ids.map((id, n) => [id, n]));
const lowered = index.questions.map((question, n) => `${index.ids[n]} ${question}`.toLowerCase());
const facets = index.facets.filter(facet => facet.values.length > 1 || facet.key === "type");
const typeFacet = index.facets.find(facet => facet.key === "type");
const formatFacet = index.facets.find(facet => facet.key === "format");
const player = new Player(byId("film"), byId("frame"));
const picks = new Map();
const ITEM = 84, SPARE = 6;
let shown = index.ids.map((_, n) => n);
let current = -1, open = false, order = "listed";

/* ---- cards, a file of a hundred at a time */
const files = new Map();
function cardOf(n) {
  const file = Math.floor(n / index.perFile);
  if (!files.has(file)) files.set(file, new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `data/cards-${String(file).padStart(4, "0")}.js`;
    script.addEventListener("load", () => done(window.fourdpCards[file]));
    script.addEventListener("error", () => { files.delete(file); failed(new Error(script.src)); });
    document.head.append(script);
  }));
  return files.get(file).then(cards => cards[n % index.perFile]);
}

/* ---- filters */
const selects = facets.map(facet => {
  const label = make("label", "", facet.name);
  const select = make("select");
  select.dataset.column = facet.key;
  select.append(new Option("all", ""));
  facet.values.forEach(([, words], code) => select.append(new Option(words, String(code))));
  select.addEventListener("change", filter);
  label.append(select);
  byId("filters").append(label);
  return select;
});
const sorting = make("select");
sorting.id = "order";
for (const [value, words] of [["listed", "scene by scene"], ["near", "smallest margin first"],
  ["mixed", "mixed"]]) sorting.append(new Option(words, value));
sorting.addEventListener("change", filter);
const sortingLabel = make("label", "", "order");
sortingLabel.append(sorting);
const clear = make("button", "clear", "Take all filters away");
clear.type = "button";
clear.addEventListener("click", () => {
  selects.forEach(select => { select.value = ""; });
  byId("search").value = "";
  filter();
});
byId("filters").append(sortingLabel, clear);

/* A question that fails one filter alone still counts for the other values of that filter. */
function filter() {
  const wanted = selects.map(select => select.value === "" ? -1 : Number(select.value));
  const words = byId("search").value.trim().toLowerCase();
  const counts = facets.map(facet => new Array(facet.values.length).fill(0));
  shown = [];
  for (let n = 0; n < index.ids.length; n += 1) {
    if (words && !lowered[n].includes(words)) continue;
    let failed = 0, at = -1;
    for (let f = 0; f < facets.length && failed < 2; f += 1)
      if (wanted[f] >= 0 && facets[f].codes[n] !== wanted[f]) { failed += 1; at = f; }
    if (failed === 0) {
      shown.push(n);
      for (let f = 0; f < facets.length; f += 1) counts[f][facets[f].codes[n]] += 1;
    } else if (failed === 1) counts[at][facets[at].codes[n]] += 1;
  }
  selects.forEach((select, f) => {
    counts[f].forEach((count, code) => {
      const option = select.options[code + 1];
      option.textContent = `${facets[f].values[code][1]} (${count.toLocaleString("en")})`;
      option.hidden = count === 0 && code !== wanted[f];
    });
    select.classList.toggle("set", select.value !== "");
  });
  const used = wanted.filter(code => code >= 0).length;
  byId("more").textContent = used ? `Filters (${used})` : "Filters";
  clear.hidden = !used && !words;
  sort();
  byId("list").scrollTop = 0;
  list();
  steps();
  report();
  /* Beside the list stands a question of the list; where the two are apart, nothing opens by itself. */
  if (current >= 0 && shown.length && !shown.includes(current) && matchMedia("(min-width: 761px)").matches)
    location.replace(`#${encodeURIComponent(index.ids[shown[0]])}`);
}

function sort() {
  order = sorting.value;
  if (order === "near") {
    const far = n => index.margins[n] ?? Infinity;
    shown.sort((a, b) => far(a) - far(b) || a - b);
  }
  if (order === "mixed")
    for (let n = shown.length - 1; n > 0; n -= 1) {
      const other = Math.floor(Math.random() * (n + 1));
      [shown[n], shown[other]] = [shown[other], shown[n]];
    }
}

function report() {
  const total = index.ids.length.toLocaleString("en");
  const right = [...picks.values()].filter(Boolean).length;
  const score = picks.size ? ` · you: ${right} of ${picks.size} right` : "";
  byId("status").textContent = `${shown.length.toLocaleString("en")} of ${total} questions${score}`;
  byId("nothing").hidden = shown.length > 0;
}

/* ---- the list: only what is in view exists */
function item(n, at) {
  const line = make("li");
  line.style.transform = `translateY(${at * ITEM}px)`;
  const link = make("a");
  link.href = `#${encodeURIComponent(index.ids[n])}`;
  if (n === current) link.setAttribute("aria-current", "true");
  const poster = index.clips[index.clipOf[n]][1];
  if (poster) {
    const picture = make("img");
    picture.src = poster;
    picture.alt = "";
    picture.width = picture.height = 64;
    link.append(picture);
  }
  const [type, title] = typeFacet.values[typeFacet.codes[n]];
  const words = make("span", "words");
  const head = make("span", `kind ${index.categories[type]}`, title);
  head.append(make("span", "format", ` · ${formatFacet.values[formatFacet.codes[n]][1]}`));
  if (picks.has(n)) head.append(make("span", picks.get(n) ? "mark right" : "mark wrong", picks.get(n) ? "✓" : "✗"));
  words.append(head, make("span", "asked", index.questions[n]));
  link.append(words);
  line.append(link);
  return line;
}

function list() {
  const box = byId("list"), items = byId("items");
  const from = Math.max(0, Math.floor(box.scrollTop / ITEM) - SPARE);
  const to = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / ITEM) + SPARE);
  const focused = items.contains(document.activeElement) ? document.activeElement.hash : null;
  items.style.height = `${shown.length * ITEM}px`;
  items.replaceChildren(...shown.slice(from, to).map((n, k) => item(n, from + k)));
  if (focused) [...items.querySelectorAll("a")].find(a => a.hash === focused)?.focus({ preventScroll: true });
}

function intoView() {
  const at = shown.indexOf(current), box = byId("list");
  if (at < 0) return;
  if (at * ITEM < box.scrollTop) box.scrollTop = at * ITEM;
  if ((at + 1) * ITEM > box.scrollTop + box.clientHeight) box.scrollTop = (at + 1) * ITEM - box.clientHeight;
}

/* ---- one question */
function steps() {
  const at = shown.indexOf(current);
  byId("previous").disabled = at === 0 || !shown.length;
  byId("next").disabled = at === shown.length - 1 || !shown.length;
  byId("link").hidden = current < 0;
  if (current >= 0) byId("link").href = `#${encodeURIComponent(index.ids[current])}`;
  byId("place").textContent = current < 0 ? "" : at < 0 ? "not among those filtered"
    : `${(at + 1).toLocaleString("en")} of ${shown.length.toLocaleString("en")}`;
}

function go(by) {
  const at = shown.indexOf(current);
  const to = shown[at < 0 ? 0 : at + by];
  if (to !== undefined) location.hash = encodeURIComponent(index.ids[to]);
}

function reveal(card, yes) {
  for (const part of [card, ...card.querySelectorAll(".card")]) part.classList.toggle("revealed", yes);
  const button = card.querySelector(".reveal");
  button.setAttribute("aria-expanded", String(yes));
  button.textContent = yes ? "Hide answer" : "Show answer";
}

function pick(card, n, choice) {
  if (!choice || card.classList.contains("revealed")) return;
  choice.classList.add("picked");
  if (!picks.has(n)) picks.set(n, choice.dataset.right === "yes");
  reveal(card, true);
  report();
  list();
}

async function show(n) {
  current = n;
  steps();
  intoView();
  list();
  const [source, poster] = index.clips[index.clipOf[n]];
  let node;
  try {
    node = await cardOf(n);
  } catch (error) {
    byId("card").replaceChildren(make("p", "hint", `The file ${error.message} cannot be read.`));
    return;
  }
  if (current !== n) return;
  const card = build(node);
  const count = Number(card.dataset.frames);
  const type = typeFacet.values[typeFacet.codes[n]][0];
  card.prepend(make("p", "hint asks", index.asks[type] || ""));
  fillFrames(card, source, count);
  byId("screen").hidden = false;
  player.show(source, poster, count);
  byId("scene").textContent = card.dataset.scene;
  byId("card").replaceChildren(card);
  player.follow(card);
  card.querySelector(".reveal").addEventListener("click", () => reveal(card, !card.classList.contains("revealed")));
  for (const choice of card.querySelectorAll(".choice")) choice.addEventListener("click", () => pick(card, n, choice));
  reveal(card, byId("answers").getAttribute("aria-pressed") === "true");
  byId("reading").scrollTop = 0;
  const at = shown.indexOf(n);
  if (at >= 0 && at + 1 < shown.length) cardOf(shown[at + 1]).catch(() => {});
}

/* ---- the address: #<id> is one question, nothing is the list */
function route() {
  let id = location.hash.slice(1);
  try { id = decodeURIComponent(id); } catch { /* an address cut off in the middle: searched as it is */ }
  open = Boolean(id);
  document.body.classList.toggle("open", open);
  if (!id) { if (current < 0 && shown.length) show(shown[0]); return; }
  if (place.has(id)) { show(place.get(id)); return; }
  current = -1;
  steps();
  list();
  player.show("", "", 1);
  byId("screen").hidden = true;
  byId("card").replaceChildren(make("p", "hint", `There is no question ${id} here.`));
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input, select");
  if (event.key === "Escape") { if (typing) event.target.blur(); else byId("back").click(); return; }
  if (typing) return;
  const card = byId("card").querySelector(".whole");
  const choices = card ? [...card.querySelectorAll(".choice")] : [];
  const short = card && card.querySelector(".choices.short");
  const actions = {
    ArrowRight: () => go(1), j: () => go(1), ArrowLeft: () => go(-1), k: () => go(-1),
    a: () => card && card.querySelector(".reveal").click(),
    y: () => short && choices[0].click(), n: () => short && choices[1].click(),
    "/": () => byId("search").focus(), ",": () => player.step(-1), ".": () => player.step(1),
  };
  if (event.key === " " && !event.target.matches("button, video")) actions[" "] = () => player.toggle();
  if (/^[1-4]$/.test(event.key) && choices[event.key - 1]) actions[event.key] = () => choices[event.key - 1].click();
  if (event.target.matches("video") && event.key.startsWith("Arrow")) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

byId("answers").addEventListener("click", event => {
  const yes = event.target.getAttribute("aria-pressed") !== "true";
  event.target.setAttribute("aria-pressed", String(yes));
  event.target.textContent = yes ? "Hide answers" : "Show answers";
  const card = byId("card").querySelector(".whole");
  if (card) reveal(card, yes);
});
function unfold(yes) {
  byId("more").setAttribute("aria-expanded", String(yes));
  byId("filters").hidden = !yes;
  list();
}
byId("more").addEventListener("click", event => unfold(event.target.getAttribute("aria-expanded") !== "true"));
byId("back").addEventListener("click", () => {
  history.pushState(null, "", location.pathname + location.search);
  route();
  intoView();
  list();
});
byId("previous").addEventListener("click", () => go(-1));
byId("next").addEventListener("click", () => go(1));
byId("earlier").addEventListener("click", () => player.step(-1));
byId("later").addEventListener("click", () => player.step(1));
let typed = 0;
byId("search").addEventListener("input", () => { clearTimeout(typed); typed = setTimeout(filter, 80); });
let asked = false;
function listSoon() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; list(); });
}
byId("list").addEventListener("scroll", listSoon, { passive: true });
addEventListener("resize", listSoon);
addEventListener("hashchange", route);
addEventListener("popstate", route);
addEventListener("keydown", key);
byId("foot").textContent = index.footer;
/* Filters stand open where the list keeps room beside them. */
unfold(matchMedia("(min-width: 761px) and (min-height: 800px)").matches);
filter();
route();
