"""TeX as authors write it, made into TeX that Temml typesets without numbers of its own.

Sphinx numbers an equation once, as a whole, so the environments that number their lines are
replaced by those that only align them.
"""

import re

ENVIRONMENTS = {
    "align": "aligned",
    "alignat": "alignedat",
    "gather": "gathered",
    "equation": "",
    "multline": "multline*",
    "split": "aligned",
}
OUTER = re.compile(r"\A\s*\\begin\{(\w+)\*?\}(.*)\\end\{\1\*?\}\s*\Z", re.DOTALL)
NUMBERING = re.compile(r"\\(?:label\{[^}]*\}|nonumber\b|notag\b)")
TOKENS = re.compile(r"\\begin\b|\\end\b|\\\\|\\.|[{}]", re.DOTALL)
CHANGES = {"\\begin": 1, "{": 1, "\\end": -1, "}": -1}


def has_rows(tex: str) -> bool:
    r"""Return whether TeX breaks lines (`\\`) outside every brace and environment."""
    depth = 0
    for token in TOKENS.findall(tex):
        if token == "\\\\" and depth == 0:
            return True
        depth += CHANGES.get(token, 0)
    return False


def displayed(tex: str) -> str:
    """Return displayed TeX without numbering of lines, and with its rows aligned."""
    match = OUTER.match(tex)
    if match and match[1] in ENVIRONMENTS:
        environment, body = ENVIRONMENTS[match[1]], NUMBERING.sub("", match[2])
        return f"\\begin{{{environment}}}{body}\\end{{{environment}}}" if environment else body
    return f"\\begin{{aligned}}{tex}\\end{{aligned}}" if has_rows(tex) else tex
