// The naive and the stable form of cross-entropy in float32, step by step, as PyTorch runs them.

const f32 = Math.fround;
const exp32 = (number) => f32(Math.exp(number));
const sum32 = (numbers) => numbers.reduce((total, one) => f32(total + one), 0);

// Each step of PyTorch's own backwards: of log, of /, of sum and exp, one rounding at a time.
const naiveSteps = (logits, target) => {
  const x = logits.map(f32);
  const e = x.map(exp32);
  const s = sum32(e);
  const p = e.map((one) => f32(one / s));
  const logP = p.map((one) => f32(Math.log(one)));
  const dLogP = p.map((_, i) => (i === target ? -1 : 0));
  const dP = p.map((one, i) => f32(dLogP[i] / one));
  const dS = sum32(e.map((one, i) => f32(-dP[i] * f32(f32(one / s) / s))));
  const dE = dP.map((one) => f32(f32(one / s) + dS));
  const dX = e.map((one, i) => f32(dE[i] * one));
  return { x, e, s, p, log_p: logP, loss: -logP[target], d_log_p: dLogP, d_p: dP, d_e: dE, d_x: dX };
};

const stableSteps = (logits, target) => {
  const x = logits.map(f32);
  const most = Math.max(...x);
  const z = x.map((one) => f32(one - most));
  const e = z.map(exp32);
  const s = sum32(e);
  const logS = f32(Math.log(s));
  const logP = z.map((one) => f32(one - logS));
  const dX = logP.map((one, i) => f32(exp32(one) - (i === target)));
  return { x, z, e, s, log_p: logP, loss: -logP[target], d_x: dX };
};

// A float32 in few characters, with inf and nan as PyTorch prints them.
const written32 = (number) => {
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "\u2212inf";
  const size = Math.abs(number);
  const words = size && (size >= 1e5 || size < 1e-3) ? number.toExponential(1).replace("e+", "e") : String(Number(number.toPrecision(4)));
  return (number === 0 ? "0" : words).replaceAll("-", "\u2212");
};

const bad = (number) => !Number.isFinite(number);
const broken = (steps) => ["loss", "d_x"].some((name) => [steps[name]].flat().some(bad));

// Where the naive form leaves the finite numbers: a short equation for each kind of step, which
// is not broken between two lines.
const equation = (words) => words && words.replaceAll(" ", "\u00a0");
const quotient = (above, below) => `${written32(above)} ÷ ${written32(below)} = ${written32(f32(above / below))}`;
const LIMIT = "float32 ends at 3.4\u00a0×\u00a010³⁸";
const forwardBreaks = ({ x, e, s, p, log_p: logP }) => {
  const [i, j] = [e.findIndex(bad), p.findIndex(Number.isNaN)];
  return [
    i >= 0 && `${equation(`exp(${written(x[i])}) = inf`)}, because ${LIMIT}`,
    i < 0 && bad(s) && `the sum is inf, because ${LIMIT}`,
    j >= 0 && equation(quotient(e[j], s)),
    logP.includes(-Infinity) && equation("log(0) = \u2212inf"),
  ].filter(Boolean);
};
// A number is given a name only where what it was computed from was still finite.
const backwardBreaks = ({ s, p, d_log_p: dLogP, d_p: dP, d_e: dE }) => {
  const over = dP.findIndex((one, k) => bad(one) && !Number.isNaN(one) && !bad(p[k]));
  const zero = dP.findIndex((one, k) => Number.isNaN(one) && p[k] === 0);
  const sum = dE.findIndex((one, k) => bad(one) && !dP.some(bad) && bad(f32(dP[k] / s)));
  return [
    over >= 0 && equation(quotient(dLogP[over], p[over])),
    zero >= 0 && equation(quotient(dLogP[zero], p[zero])),
    sum >= 0 && equation(quotient(dP[sum], s)),
  ].filter(Boolean);
};
// A gradient can also be wrong without inf and nan: where p / s is rounded to 0 in backward.
const apart = (one, other) => Math.abs(one - other) > 1e-4;
const wrong = (naive, stable) => naive.d_x.some((one, i) => apart(one, stable.d_x[i]));
const explained = (naive, stable) => {
  if (!broken(naive)) {
    return wrong(naive, stable)
      ? "No number is inf or nan, and the loss is right, but the naive gradient is wrong: in its backward a number is too small for float32."
      : "Here both forms are finite, and agree.";
  }
  const [forward, backward] = [forwardBreaks(naive), backwardBreaks(naive)];
  return [
    "The naive form breaks.",
    forward.length && `Forward: ${forward.join("; ")}.`,
    backward.length && `Backward: ${backward.join("; ")}.`,
    !bad(naive.loss) && "The loss is finite, its gradient is not.",
  ].filter(Boolean).join(" ");
};

// The steps of each form: key, name, CSS class. The backward is read from the loss upwards, so
// it is listed in the order in which it runs.
const STEPS = {
  naive: [
    ["e", "e = exp(x)", "bh-value"], ["s", "s = sum(e)", "bh-value"], ["p", "p = e / s", "bh-value"],
    ["log_p", "log p", "bh-value"], ["loss", "loss = −log p[y]", "bh-value"],
    ["d_log_p", "∂loss / ∂log p", "bh-gradient"], ["d_p", "∂loss / ∂p", "bh-gradient"],
    ["d_e", "∂loss / ∂e", "bh-gradient"], ["d_x", "∂loss / ∂x", "bh-gradient"],
  ],
  stable: [
    ["z", "z = x − max", "bh-value"], ["e", "e = exp(z)", "bh-value"], ["s", "s = sum(e)", "bh-value"],
    ["log_p", "log p = z − log s", "bh-value"], ["loss", "loss = −log p[y]", "bh-value"],
    ["d_x", "∂loss / ∂x = p − y", "bh-gradient"],
  ],
};

// A table of the steps of one form; inf, nan and what is far from the truth are framed.
const stepTable = (form, caption) => {
  const cells = {};
  const rows = STEPS[form].map(([key, name, kind]) => {
    const single = key === "s" || key === "loss";
    cells[key] = Array.from({ length: single ? 1 : 3 }, (_, i) =>
      html("td", { class: kind, colspan: single ? 3 : null, "data-name": `${form}-${key}`, "data-index": i }));
    return html("tr", {}, html("th", { scope: "row" }, name), ...cells[key]);
  });
  const head = html("tr", {}, ...["step", "class 0", "class 1", "class 2"].map((words) => html("th", { scope: "col" }, words)));
  const node = html("table", { class: "bh-numbers" }, html("caption", {}, caption), html("thead", {}, head), html("tbody", {}, ...rows));
  const update = (steps, truth = {}) =>
    Object.entries(cells).forEach(([key, list]) => [steps[key]].flat().forEach((value, i) => {
      attrs(list[i], { "data-value": value, "data-bad": bad(value) || (truth[key] && apart(value, truth[key][i])) ? "" : null });
      text(list[i], written32(value));
    }));
  return { node, update };
};
