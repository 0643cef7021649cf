"""The predict-first quiz without a browser: its state, what it prints, and how it is found."""

import json
import re
from html import unescape

import pytest

from byhand.labs import Predict
from byhand.labs._questions import Choice, Number, every_question

IDS = sorted(every_question())


def words(html: str) -> str:
    """The text of a piece of HTML."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def whys(name: str) -> list[str]:
    """Every explanation of a question."""
    question = every_question()[name]
    if isinstance(question, Choice):
        return [choice.why for choice in question.choices]
    return [question.right, question.other, *question.typical.values()]


@pytest.mark.parametrize("name", IDS)
def test_prints_the_question_and_nothing_that_answers_it(name: str) -> None:
    quiz, question = Predict(name), every_question()[name]
    assert repr(quiz) == f"Predict({name!r})"
    shown, _ = quiz._repr_mimebundle_()
    assert shown["application/vnd.jupyter.widget-view+json"]["model_id"] == quiz.model_id
    plain = shown["text/plain"]
    assert plain == Predict(name)._repr_mimebundle_()[0]["text/plain"], "it differs between runs"
    assert plain.startswith(f"Predict first: {question.text}")
    assert not any(why in plain for why in whys(name))
    if isinstance(question, Choice):
        expected = [f"- {choice.label}" for choice in question.choices]
        assert plain.splitlines()[1:] == expected
    else:
        assert plain == f"Predict first: {question.text}"


@pytest.mark.parametrize("name", IDS)
def test_without_javascript_the_answer_is_folded(name: str) -> None:
    question = every_question()[name]
    asked, folded = Predict(name).no_script.split("<details><summary>The answer</summary>")
    assert words(asked).startswith(question.text.replace("`", ""))
    if isinstance(question, Number):
        assert words(asked) == question.text.replace("`", "")
        assert words(folded) == f"{question.answer:g}. {question.right}".replace("`", "")
    else:
        assert all(choice.label.replace("`", "") in words(asked) for choice in question.choices)
        assert words(folded).startswith(f"{question.answer}. ".replace("`", ""))
    assert not any(why.replace("`", "") in words(asked) for why in whys(name))


@pytest.mark.parametrize("name", IDS)
def test_state_can_be_stored(name: str) -> None:
    state = {key: value for key, value in Predict(name).get_state().items() if key != "layout"}
    own = {key: value for key, value in state.items() if key not in ("_esm", "_css")}
    assert len(json.dumps(own)) < 6_000
    assert len(json.dumps(state)) < 32_000
    kinds = {Choice: "choice", Number: "number"}
    assert state["question"]["kind"] == kinds[type(every_question()[name])]


def test_text_is_escaped_and_code_is_marked() -> None:
    for name in IDS:
        html = Predict(name).no_script
        assert not re.search(r"<(?!/?(p|ul|li|code|details|summary)>)", html), name
        assert "`" not in html, name
        assert html.count("<code>") >= every_question()[name].text.count("`") / 2


@pytest.mark.parametrize(
    ("id", "message"),
    [
        ("grad-after-two-backward", "Did you mean 'grad-after-two-backwards'"),
        ("Grad_After_Two_Backwards", "Did you mean 'grad-after-two-backwards'"),
        ("backwards", "There is no question 'backwards'. Did you mean"),
        ("zzz", "There is no question 'zzz'. There are smaller-step, "),
        ("", "There is no question ''. There are smaller-step, "),
        (None, "There is no question None. There are smaller-step, "),
        (["smaller-step"], "There is no question ['smaller-step']. Did you mean 'smaller-step'"),
    ],
)
def test_unknown_id_names_the_nearest(id: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Predict(id)


def test_module_is_one_that_needs_nothing_else() -> None:
    module = str(Predict._esm)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module + str(Predict._css)
    assert "url(" not in str(Predict._css)


def test_style_reaches_nothing_outside_a_lab() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", str(Predict._css))
    selectors = [one.strip() for rule in rules for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    for selector in selectors:
        assert ".bh-" in selector or selector.startswith("@container"), selector
