// Losses and their gradients, as PyTorch computes them.

const LOSSES = {
  mse: { name: "MSE", term: (d) => d * d, slope: (d) => 2 * d, rule: "2 × difference", worked: (d) => `2 × ${d}` },
  l1: { name: "L1", term: Math.abs, slope: Math.sign, rule: "sign(difference)", worked: (d) => `sign(${d})` },
  huber: {
    name: "Huber",
    term: (d, delta) => (Math.abs(d) < delta ? 0.5 * d * d : delta * (Math.abs(d) - 0.5 * delta)),
    slope: (d, delta) => clamp(d, -delta, delta),
    rule: "clamp(difference, −δ, δ)",
    worked: (d, delta) => `clamp(${d}, −${delta}, ${delta})`,
  },
};
// The numbers of PyTorch's mse_loss, l1_loss and huber_loss, and of their backward.
const compute = (state) => {
  const { term, slope } = LOSSES[state.loss];
  const share = state.reduction === "mean" ? state.input.length : 1;
  const difference = state.input.map((value, i) => value - state.target[i]);
  const terms = difference.map((d) => term(d, state.delta));
  const total = terms.reduce((sum, one) => sum + one, 0);
  const slopes = difference.map((d) => slope(d, state.delta) / share);
  return {
    difference, terms, slopes, share,
    loss: state.reduction === "none" ? terms : total / share,
    gradient: slopes.map((one) => state.grad_output * one),
  };
};

const agrees = (state, reference) => {
  const ours = compute({ ...state, ...reference });
  const near = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
  return [["value", ours.loss], ["terms", ours.terms], ["gradient", ours.gradient]].every(([name, value]) =>
    [value].flat().every((one, i) => near(one, [reference[name]].flat()[i])));
};

const bracketed = (number) => (number < 0 ? `(${written(number)})` : written(number));

// How the slope and the gradient of the selected prediction are worked out on paper: as a rule,
// and with the numbers in it.
const workedSlope = (now, { difference, share }) => {
  const { rule, worked } = LOSSES[now.loss];
  const d = difference[now.selected];
  const [by, divided] = share > 1 ? [" ÷ n", ` ÷ ${share}`] : ["", ""];
  return [rule + by, worked(now.loss === "mse" ? bracketed(d) : written(d), written(now.delta)) + divided];
};
const workedGradient = (now, { slopes }) =>
  ["grad_output × slope", `${bracketed(now.grad_output)} × ${bracketed(slopes[now.selected])}`];
