// Keeps the page up to date and sends forms without a reload. Every page works without it.
"use strict";

const BEAT = 10000;
const POLL = 5000;
let stream = null;
let polling = null;
let heard = Date.now();
let busy = false;

const main = () => document.querySelector("main");
const word = () => main().dataset.word;
const tell = (words) => { document.getElementById("told").textContent = words; };

function show(text, focus) {
  const next = new DOMParser().parseFromString(text, "text/html");
  const fresh = next.querySelector("main");
  if (!fresh) return;
  const changed = fresh.dataset.view !== main().dataset.view;
  if (!changed && !focus) {
    main().dataset.revision = fresh.dataset.revision;
    return;
  }
  main().replaceWith(document.adoptNode(fresh));
  document.title = next.title;
  const heading = main().querySelector("h1");
  const first = main().querySelector(".problem, .in");
  heading.focus();
  tell(first ? first.textContent : heading.textContent);
  listen();
}

async function refresh() {
  if (!word() || busy) return;
  try {
    const answer = await fetch(`/${word()}`, { cache: "no-store" });
    show(await answer.text(), false);
    if (document.getElementById("told").dataset.lost) {
      delete document.getElementById("told").dataset.lost;
      tell("");
    }
  } catch {
    document.getElementById("told").dataset.lost = "1";
    tell("This phone cannot reach the laptop. Stay on the Wi-Fi of the room; a vote you gave is kept. You can also vote on a paper slip.");
  }
}

async function ask() {
  try {
    const answer = await fetch(`/${word()}/revision`, { cache: "no-store" });
    if (!answer.ok || (await answer.text()) !== main().dataset.revision) refresh();
    else if (document.getElementById("told").dataset.lost) refresh();
  } catch { refresh(); }
}

function poll() {
  if (stream) { stream.close(); stream = null; }
  if (!polling) polling = setInterval(ask, POLL);
}

function listen() {
  const seated = word() && !["join", "message"].includes(main().dataset.view);
  if (!seated) {
    if (stream) { stream.close(); stream = null; }
    return;
  }
  if (stream || polling) return;
  heard = Date.now();
  stream = new EventSource(`/${word()}/events`);
  stream.onmessage = (event) => {
    heard = Date.now();
    if (event.data !== main().dataset.revision) refresh();
  };
  stream.addEventListener("beat", () => { heard = Date.now(); });
  stream.addEventListener("poll", poll);
  stream.onerror = () => { if (stream && stream.readyState === EventSource.CLOSED) poll(); };
}

function wake() {
  if (document.visibilityState === "hidden") return;
  if (stream) { stream.close(); stream = null; }
  refresh().then(listen);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const sent = form.method === "post"
    ? { method: "POST", body: new URLSearchParams(new FormData(form)) }
    : { cache: "no-store" };
  try {
    const answer = await fetch(form.action, sent);
    show(await answer.text(), true);
  } catch {
    tell("That did not reach the laptop. Stay on the Wi-Fi of the room and press the button again.");
  } finally {
    busy = false;
  }
});
document.addEventListener("visibilitychange", wake);
window.addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
window.addEventListener("online", wake);
setInterval(() => { if (stream && Date.now() - heard > 2.5 * BEAT) wake(); }, BEAT);
listen();
