"use strict";
/* One question: its elements from plain lists, its clip, and the dots that ride along. */
const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "g", "path", "circle", "text"]);
const PLAIN = new Set(["div", "article", "section", "header", "p", "span", "strong", "button", "figure",
  "figcaption", "pre", "h2", "ul", "li"]);
const ATTRIBUTES = /^(class|type|role|title|aria-[a-z]+|data-[a-z]+|viewBox|d|cx|cy|r|x|y|text-anchor)$/;

/* Nothing is parsed: texts become text, and only known elements and attributes come to be. */
function build(node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [name, attributes, ...children] = node;
  if (!DRAWN.has(name) && !PLAIN.has(name)) return document.createTextNode("");
  const made = DRAWN.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "style") made.style.cssText = value;
    else if (ATTRIBUTES.test(key)) made.setAttribute(key, value);
  }
  for (const child of children) made.append(build(child));
  return made;
}

function make(name, classes, text) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  return made;
}

function clipElement(source) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  video.src = source;
  return video;
}

function timeOf(frame, count, video) { return (frame + 0.5) / count * video.duration; }
function frameOf(video, count) {
  return Math.min(count - 1, Math.floor(video.currentTime / video.duration * count + 1e-3));
}

/* Places in a card that show a frame hold the clip itself, stopped there. */
function fillFrames(card, source, count) {
  for (const place of card.querySelectorAll(".picture")) {
    const frame = [...place.classList].map(c => /^frame-(\d+)$/.exec(c)).find(Boolean);
    if (!frame) continue;
    const still = clipElement(source);
    still.tabIndex = -1;
    still.setAttribute("aria-hidden", "true");
    still.addEventListener("loadedmetadata", () => {
      still.currentTime = timeOf(Number(frame[1]), count, still);
    });
    place.append(still);
  }
}

/* The player: the clip in a loop, the frame's number, dots of the tracks once the answer is shown. */
class Player {
  constructor(film, frame) {
    this.film = film;
    this.frame = frame;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.riders = [];
    this.source = null;
    this.count = 1;
    const turn = () => { this.ride(); requestAnimationFrame(turn); };
    requestAnimationFrame(turn);
  }

  show(source, poster, count) {
    this.count = count;
    if (source === this.source) return;
    this.source = source;
    if (this.video) this.video.removeAttribute("src");
    this.video = null;
    if (!source) {
      this.film.replaceChildren(make("div", "missing", "no clip: generated without clips"));
      return;
    }
    this.video = clipElement(source);
    this.video.loop = true;
    this.video.controls = true;
    this.video.poster = poster;
    this.video.setAttribute("aria-label", "The clip");
    const overlay = document.createElementNS(SVG, "svg");
    overlay.setAttribute("viewBox", "0 0 1000 1000");
    overlay.setAttribute("aria-hidden", "true");
    this.film.replaceChildren(this.video, overlay);
    this.video.addEventListener("error", () => {
      this.film.replaceChildren(make("div", "missing", "the clip cannot be played: is it where the page expects it?"));
    });
    if (!this.calm) this.play();
  }

  /* Playing may be refused, by a person's settings or because the next clip came first. */
  play() { if (this.video) this.video.play().catch(() => {}); }

  toggle() {
    if (!this.video) return;
    if (this.video.paused) this.play(); else this.video.pause();
  }

  step(by) {
    if (!this.video || !this.video.duration) return;
    this.video.pause();
    const frame = (frameOf(this.video, this.count) + by + this.count) % this.count;
    this.video.currentTime = timeOf(frame, this.count, this.video);
  }

  follow(card) {
    const overlay = this.film.querySelector("svg");
    this.riders = [];
    if (overlay) overlay.replaceChildren();
    for (const rider of card.querySelectorAll(".rider")) {
      const points = rider.dataset.points.split(" ");
      this.riders.push({ dot: rider, points });
      if (!overlay || !rider.classList.contains("visual")) continue;
      const dot = document.createElementNS(SVG, "circle");
      dot.setAttribute("r", 13);
      overlay.append(dot);
      this.riders.push({ dot, points });
    }
    this.card = card;
  }

  ride() {
    const ready = this.video && this.video.duration;
    const frame = ready ? frameOf(this.video, this.count) : 0;
    const words = this.video ? `frame ${frame} (0 to ${this.count - 1})` : `${this.count} frames`;
    if (this.frame.textContent !== words) this.frame.textContent = words;
    const shown = ready && this.card && this.card.classList.contains("revealed");
    for (const { dot, points } of this.riders) {
      const place = shown ? points[frame] : "-";
      const visible = place && place !== "-";
      dot.style.visibility = visible ? "visible" : "hidden";
      if (!visible) continue;
      const [x, y] = place.split(",");
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
    }
  }
}
