"""A predict-first question: the reader says what will happen, and then sees it."""

import math
import re
from html import escape
from itertools import pairwise
from typing import Any, Final

import anywidget
import traitlets

from byhand.labs._bundle import height, module, style
from byhand.labs._questions import Choice, Number, Question, Right, find

_CODE: Final = re.compile(r"`([^`]*)`")
_WIDTHS: Final = (280, 330, 400, 520, 660, 0)  # pixels; 0 stands for no limit
_LETTER: Final = 7.1  # pixels of a letter, on average and with room for lines that break early
_LINE: Final = 22


class Predict(anywidget.AnyWidget):
    """One question to answer before the output below it is opened.

    A wrong answer gets an explanation of the idea behind it. The answer itself is shown only
    after a first try.

    Args:
        id: The question, such as ``"grad-after-two-backwards"``.

    Attributes:
        question: The question with its answer and explanations.
        no_script: What a page shows in its place where JavaScript is off, in HTML.

    Raises:
        ValueError: If no question has this id; the message names the nearest ones.
    """

    _esm = module("predict")
    _css = style("predict")

    question = traitlets.Dict(read_only=True).tag(sync=True)
    no_script = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self, id: str) -> None:
        asked = find(id)
        super().__init__(layout={"min_height": _height(asked)})
        self._id, self._text = asked.id, _as_text(asked)
        self.set_trait("question", _as_dict(asked))
        self.set_trait("no_script", _as_html(asked))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Return the view, and as plain text the question without its answer."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/plain"] = self._text
        return bundle

    def __repr__(self) -> str:
        return f"Predict({self._id!r})"


def _as_dict(question: Question) -> dict[str, Any]:
    """Return a question as numbers and texts."""
    if isinstance(question, Choice):
        choices = [
            {"label": one.label, "why": one.why, "right": isinstance(one, Right)}
            for one in question.choices
        ]
        return {"kind": "choice", "text": question.text, "choices": choices}
    return {
        "kind": "number",
        "text": question.text,
        "answer": question.answer,
        "tolerance": question.tolerance,
        "right": question.right,
        "typical": [[number, why] for number, why in question.typical.items()],
        "other": question.other,
    }


def _as_text(question: Question) -> str:
    """Return a question in plain text, without its answer."""
    choices = [f"- {one.label}" for one in _choices(question)]
    return "\n".join([f"Predict first: {question.text}", *choices])


def _as_html(question: Question) -> str:
    """Return a question in HTML, with its answer folded."""
    if isinstance(question, Choice):
        choices = "".join(f"<li>{_marked(one.label)}</li>" for one in question.choices)
        shown, answer = f"<ul>{choices}</ul>", question.answer
        why = next(one.why for one in question.choices if isinstance(one, Right))
    else:
        shown, answer, why = "", f"{question.answer:g}", question.right
    told = f"<p>{_marked(answer)}. {_marked(why)}</p>"
    return (
        f"<p>{_marked(question.text)}</p>{shown}"
        f"<details><summary>The answer</summary>{told}</details>"
    )


def _choices(question: Question) -> tuple[Any, ...]:
    return () if isinstance(question, Number) else question.choices


def _marked(text: str) -> str:
    """Return a text in HTML, with its code marked."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _height(question: Question) -> str:
    """Estimate the height before the first try, so that nothing below moves."""

    def lines(text: str, room: float) -> int:
        return math.ceil(len(text.replace("`", "")) * _LETTER / room)

    def tall(width: int) -> int:
        room = width - 37
        rows = [lines(one.label, room - 46) * _LINE + 20 for one in _choices(question)] or [36]
        return 114 + lines(question.text, room) * _LINE + sum(rows)

    return height(*((below, tall(above)) for above, below in pairwise(_WIDTHS)))
