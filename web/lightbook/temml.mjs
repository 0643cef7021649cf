// Turns TeX into MathML: a JSON list of {tex, display} on stdin, a list of {html} or {error} on stdout.
import temml from "temml";

let input = "";
for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;

const render = ({ tex, display }) => {
  try {
    return { html: temml.renderToString(tex, { displayMode: display, throwOnError: true }) };
  } catch (error) {
    return { error: error.message };
  }
};

process.stdout.write(JSON.stringify(JSON.parse(input).map(render)));
