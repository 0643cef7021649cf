// What the difference lab shows, from the gradients that PyTorch computed.

const TYPES = ["float64", "float32"];
const GRADCHECK = { step: 24, atol: 1e-5, rtol: 1e-3 }; // the position of 1e-6

// Numeric gradients are stored for grad_output 1. Times 2 is exact in floating point.
const compute = ({ curves, function: name, backward, scheme, grad_output: g, step }) => {
  const operation = curves.operations[name];
  const way = operation.backwards.find(({ key }) => key === backward);
  const types = TYPES.map((type) => {
    const analytic = way.analytic[type][g - 1];
    const all = operation.numeric[type][scheme].map((slope) => g * slope);
    const differences = all.map((slope) => Math.abs(slope - analytic));
    const rounding = g * operation.rounding[type];
    return { type, analytic, numeric: all[step], difference: differences[step], differences, rounding, least: Math.min(...differences) };
  });
  const checked = g * operation.numeric.float64.central[GRADCHECK.step];
  const limit = GRADCHECK.atol + GRADCHECK.rtol * Math.abs(checked);
  const gap = Math.abs(checked - types[0].analytic);
  return { operation, way, types, limit, gap, objection: way.objection[g - 1], truncation: g * operation.truncation[scheme] };
};

// A power of ten with one digit or more in front of it: 5.62e−7.
const scientific = (number, digits = 2) =>
  number === 0 ? "0" : number.toExponential(digits).replace(/\.?0+e/, "e").replace("e+", "e").replaceAll("-", "\u2212");

// Why gradcheck accepts a backward, or not.
const reasons = ({ way, objection, gap, limit }) => {
  const at = `At its step, 1e\u22126, the difference in float64 is ${scientific(gap, 1)}; allowed is ${scientific(limit, 1)}.`;
  if (!objection) return way.idea ? `${at} A mistake as small as this passes.` : at;
  if (gap <= limit) return `${at} But it also calls backward with grad_output = 0, and wants 0: \u201c${objection}\u201d.`;
  return at;
};
// What the shape of the points says.
const shape = ({ way, types: [double, single] }, { grad_output: g }) => {
  const least = scientific(double.least, 1);
  if (!way.idea) return `A U: the left side is rounding, the right side the method. It goes down to ${least} in float64, ${scientific(single.least, 1)} in float32.`;
  if (way.key === "ignored" && g === 1) return "A U, as for the right backward: while grad_output is 1, nobody sees that it is ignored.";
  return `A floor at ${least}: no step brings the difference below it.`;
};
