// A predict-first question: choose or type, check, read why it is so or not.

// Text with `code` between backticks.
const marked = (words) => words.split("`").map((part, i) => (i % 2 ? html("code", {}, part) : part));

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const quotient = (typed) => {
  const parts = typed.split("/");
  if (parts.length > 2 || !parts.every((part) => PLAIN.test(part))) return NaN;
  return parts.length > 1 ? parts[0] / parts[1] : Number(typed);
};
// The numbers that may be meant: "0.5", ".5", "0,5", "1/2", "−2", "1e-6"; "2,047" may be either.
const meant = (typed) => {
  const plain = typed.replace(/[\s_]/g, "").replace(/[\u2212\u2013]/g, "-");
  const readings = [plain.replaceAll(",", ".")];
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) readings.push(plain.replaceAll(",", ""));
  return readings.map(quotient).filter(Number.isFinite);
};

// What is said about a reply: whether it is right, and why.
const judge = (question, reply) => {
  if (question.kind === "choice") return question.choices[reply];
  const near = (number) => reply.some((one) => Math.abs(one - number) <= question.tolerance * (1 + 1e-9));
  if (near(question.answer)) return { right: true, why: question.right };
  const typical = question.typical.find(([number]) => near(number));
  return { right: false, why: typical ? typical[1] : question.other };
};
const answer = (question) =>
  question.kind === "choice"
    ? question.choices.find(({ right }) => right)
    : { label: written(question.answer, 6), why: question.right };

// The choices, or the field for a number. `reply()` is null where nothing can be judged.
const options = ({ text: words, choices }) => {
  const inputs = choices.map((_, i) => html("input", { type: "radio", name: "reply", value: i }));
  const labels = choices.map(({ label }, i) => html("label", { class: "bh-option" }, inputs[i], html("span", {}, ...marked(label))));
  return {
    node: html("fieldset", { class: "bh-asked" }, html("legend", {}, ...marked(words)), ...labels),
    reply: () => { const chosen = inputs.findIndex(({ checked }) => checked); return chosen < 0 ? null : chosen; },
    missing: "Choose an answer first.",
    mark: (i) => attr(labels[i], "data-tried", choices[i].right ? "right" : "wrong"),
    reveal: () => attr(labels[choices.findIndex(({ right }) => right)], "data-tried", "right"),
    complain: () => {},
  };
};
const field = ({ text: words, answer: number, typical }) => {
  const signs = [number, ...typical.map(([one]) => one)].some((one) => one < 0);
  // The keypad of some telephones for decimals has no minus.
  const input = html("input", { type: "text", name: "reply", inputmode: signs ? "text" : "decimal", autocomplete: "off", spellcheck: "false" });
  return {
    node: html("fieldset", { class: "bh-asked" }, html("legend", {}, ...marked(words)), html("label", { class: "bh-typed" }, "Your number", input)),
    reply: () => { const numbers = meant(input.value); return numbers.length ? numbers : null; },
    missing: "Type a number first, such as `0.5`, `-2`, `1/3` or `1e-6`.",
    mark: () => {},
    reveal: () => {},
    complain: (wrong) => attr(input, "aria-invalid", wrong ? "true" : null),
  };
};

function render({ model, el }) {
  const question = model.get("question");
  const asked = (question.kind === "choice" ? options : field)(question);
  const feedback = html("div", { class: "bh-feedback", "aria-live": "polite" });
  const say = (kind, head, words) => {
    attr(feedback, "data-kind", kind);
    feedback.replaceChildren(html("p", {}, ...(head ? [html("strong", {}, head), " "] : []), ...marked(words)));
  };
  const show = button("Show the answer", () => {
    const { label, why } = answer(question);
    asked.reveal();
    say("right", "The answer:", `${label}. ${why}`);
  });
  show.hidden = true;
  const check = html("button", { type: "submit", class: "bh-button" }, "Check");
  // Its group has the question as its name; a name of the form would make it a landmark.
  const root = frame("bh-predict", null,
    html("p", { class: "bh-title" }, "Predict first"), asked.node,
    html("div", { class: "bh-row" }, check, show), feedback);
  root.addEventListener("submit", () => {
    const reply = asked.reply();
    asked.complain(reply === null);
    if (reply === null) return say("missing", "", asked.missing);
    const { right, why } = judge(question, reply);
    asked.mark(reply);
    show.hidden = right;
    say(right ? "right" : "wrong", right ? "Right." : "Not so.", why);
  });
  el.replaceChildren(root);
}

export default { render };
