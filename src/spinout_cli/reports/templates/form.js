"use strict";
// The answers of this page are read from its own fields and written to a file that somebody saves. Nothing is sent.
(() => {
  const main = document.getElementById("main");
  const status = document.getElementById("status");
  const open = document.getElementById("open");
  const questions = [...document.querySelectorAll("[data-question]")];
  const given = new Map();
  let session = "", started = "", saved = true;

  const chosen = (question, part) => {
    const found = question.querySelector(`input[data-part="${part}"]:checked`);
    return found ? found.value : "";
  };
  const words = (question, part) => {
    const field = question.querySelector(`textarea[data-part="${part}"]`);
    return field ? field.value.trim() : "";
  };
  const clears = question => {
    const box = question.querySelector('input[data-part="answer"]:checked');
    return box !== null && box.hasAttribute("data-clears");
  };

  const read = question => {
    const choice = chosen(question, "answer"), note = words(question, "note");
    const answer = {};
    if (choice.startsWith("rung:")) {
      answer.rung = choice.slice(5);
      if (clears(question)) answer.basis = chosen(question, "basis") || "think";
    } else if (choice === "not-applicable") {
      if (words(question, "reason")) {
        answer.state = choice;
        answer.reason = words(question, "reason");
      }
    } else if (choice) {
      answer.state = choice;
    }
    if (!answer.rung && !answer.state) {
      if (!note) return null;
      answer.state = "skipped";
    }
    if (note) answer.note = note;
    return answer;
  };

  const isOpen = question => {
    const answer = read(question);
    return answer === null || answer.state === "skipped";
  };

  const show = () => {
    for (const question of questions) {
      question.querySelector(".reason").hidden = chosen(question, "answer") !== "not-applicable";
      const basis = question.querySelector(".basis");
      if (basis) basis.hidden = !clears(question);
    }
    const left = questions.filter(isOpen);
    status.textContent = left.length === 0
      ? "Every question has an answer. Save your answers and send the file back."
      : `${questions.length - left.length} of ${questions.length} answered.`;
    open.replaceChildren(...left.map(question => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = `#${question.id}`;
      link.textContent = question.querySelector("legend").textContent;
      item.append(link);
      return item;
    }));
    document.getElementById("open-part").hidden = left.length === 0;
  };

  const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, "0")).join("");

  const collect = () => {
    const now = new Date().toISOString(), facts = main.dataset;
    session ||= randomId();
    started ||= now;
    const answers = {};
    for (const question of questions) {
      const answer = read(question), name = question.dataset.question;
      if (answer !== null) answers[name] = { ...answer, by: facts.role, at: given.get(name) || now };
    }
    return {
      format: "spinout.answers/1",
      question_set: { id: facts.set, version: facts.version, digest: facts.digest },
      session,
      service: { id: facts.service, name: facts.name },
      role: facts.role,
      depth: facts.depth,
      circumstances: {},
      answers,
      started,
      updated: now,
    };
  };

  const save = () => {
    const blob = new Blob([JSON.stringify(collect(), null, 2) + "\n"], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = main.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    saved = true;
    status.textContent = `Saved as ${main.dataset.file}, where your browser puts downloads. Send that file back.`;
  };

  const choose = (question, part, value) => {
    for (const box of question.querySelectorAll(`input[data-part="${part}"]`)) box.checked = box.value === value;
  };
  const fill = (question, part, text) => {
    const field = question.querySelector(`textarea[data-part="${part}"]`);
    if (field) field.value = typeof text === "string" ? text : "";
  };

  const load = text => {
    const found = JSON.parse(text);
    if (found === null || found.format !== "spinout.answers/1" || typeof found.answers !== "object" || found.answers === null)
      throw new Error("no answers");
    if (found.question_set && found.question_set.id !== main.dataset.set) throw new Error("other questions");
    session = typeof found.session === "string" ? found.session : "";
    started = typeof found.started === "string" ? found.started : "";
    given.clear();
    let known = 0;
    for (const question of questions) {
      const name = question.dataset.question;
      const answer = Object.hasOwn(found.answers, name) ? found.answers[name] : null;
      known += answer ? 1 : 0;
      choose(question, "answer", answer ? (answer.rung ? `rung:${answer.rung}` : answer.state) : "");
      choose(question, "basis", answer ? answer.basis : "");
      fill(question, "reason", answer ? answer.reason : "");
      fill(question, "note", answer ? answer.note : "");
      if (answer && typeof answer.at === "string") given.set(name, answer.at);
    }
    const others = Object.keys(found.answers).length - known;
    show();
    status.textContent += others > 0 ? ` ${others} in that file are not asked here and were left out.` : " Opened.";
  };

  main.addEventListener("input", event => {
    const question = event.target.closest("[data-question]");
    if (question === null) return;
    given.set(question.dataset.question, new Date().toISOString());
    saved = false;
    show();
  });
  document.getElementById("save").addEventListener("click", save);
  document.getElementById("load").addEventListener("change", async event => {
    const [file] = event.target.files;
    if (!file) return;
    try {
      load(await file.text());
    } catch {
      status.textContent = "That file does not hold answers to these questions. Nothing has changed.";
    }
    event.target.value = "";
  });
  addEventListener("beforeunload", event => {
    if (!saved) event.preventDefault();
  });
  for (const part of document.querySelectorAll(".with-script")) part.hidden = false;
  for (const part of document.querySelectorAll(".without-script")) part.hidden = true;
  show();
})();
