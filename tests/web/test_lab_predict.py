"""The predict-first quiz on a built page: as a reader answers it, by mouse, keyboard and ear."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from byhand.labs import LossLab, VjpLab
from byhand.labs._questions import Choice, Number, Right, every_question
from tests.web.lab_predict import CHOICE, NEGATIVE, NUMBER, SEVERAL, check, open_page, quizzes, said
from tests.web.lab_predict import write_page as write

PageFactory = Callable[..., Page]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built page with six questions, one of them twice."""
    made = tmp_path_factory.mktemp("questions")
    write(made, quizzes())
    return made


@pytest.fixture
def asked(page: PageFactory, folder: Path) -> Locator:
    """The questions of the page, alive."""
    return open_page(page(), folder)


def choice(name: str) -> Choice:
    question = every_question()[name]
    assert isinstance(question, Choice)
    return question


def number(name: str) -> Number:
    question = every_question()[name]
    assert isinstance(question, Number)
    return question


def plain(words: str) -> str:
    """A text as it is read, without the marks of code."""
    return words.replace("`", "")


def reply(quiz: Locator, typed: str) -> str:
    quiz.get_by_role("textbox").fill(typed)
    return check(quiz)


def test_each_choice_has_its_own_explanation(asked: Locator) -> None:
    quiz = asked.nth(SEVERAL.index(CHOICE))
    for one in choice(CHOICE).choices:
        quiz.get_by_role("radio", name=plain(one.label), exact=True).check()
        head = "Right." if isinstance(one, Right) else "Not so."
        assert check(quiz) == f"{head} {plain(one.why)}"


def test_wrong_first_then_right(asked: Locator) -> None:
    quiz = asked.nth(SEVERAL.index(CHOICE))
    show = quiz.get_by_role("button", name="Show the answer")
    wrong, right = choice(CHOICE).choices[0], choice(CHOICE).answer
    assert said(quiz) == ""
    assert check(quiz) == "Choose an answer first."
    assert show.count() == 0
    quiz.get_by_role("radio", name=wrong.label).check()
    assert check(quiz).startswith("Not so.")
    assert show.is_visible()
    assert quiz.locator("[data-tried]").count() == 1
    quiz.get_by_role("radio", name=right).check()
    assert check(quiz).startswith("Right.")
    assert show.count() == 0
    marks = quiz.locator("[data-tried]").evaluate_all(
        "(all) => all.map((one) => one.dataset.tried)"
    )
    assert sorted(marks) == ["right", "wrong"]


@pytest.mark.parametrize("name", [CHOICE, NUMBER])
def test_answer_is_shown_on_request_after_a_try(asked: Locator, name: str) -> None:
    quiz, question = asked.nth(SEVERAL.index(name)), every_question()[name]
    if isinstance(question, Number):
        reply(quiz, "12345")
        answer, why = f"{question.answer:g}", question.right
    else:
        quiz.get_by_role("radio").first.check()
        check(quiz)
        answer = question.answer
        why = next(one.why for one in question.choices if isinstance(one, Right))
    quiz.get_by_role("button", name="Show the answer").click()
    assert said(quiz) == f"The answer: {answer}. {plain(why)}"


def test_nothing_gives_the_answer_away_before_a_try(asked: Locator) -> None:
    page = asked.page
    words, tree = page.locator("body").inner_text(), page.locator("body").aria_snapshot()
    for name in SEVERAL:
        question = every_question()[name]
        whys = [one.why for one in question.choices] if isinstance(question, Choice) else []
        whys += [question.right, question.other] if isinstance(question, Number) else []
        for why in whys:
            assert plain(why)[:30] not in words
            assert plain(why)[:30] not in tree
    assert page.locator("[data-tried], [data-right]").count() == 0


@pytest.mark.parametrize(
    "typed",
    ["-6", "−6", "–6", " - 6 ", "-6.0", "-6,0", "-6.", "-12/2", "-18 / 3", "-0.6e1", "-6,0005"],
)
def test_a_number_may_be_written_in_many_ways(asked: Locator, typed: str) -> None:
    assert reply(asked.nth(SEVERAL.index(NEGATIVE)), typed).startswith("Right."), typed


@pytest.mark.parametrize("typed", ["2047", "2,047", "2 047", "2047,0", "4094/2", "2.047e3"])
def test_large_numbers_may_have_commas_between_thousands(asked: Locator, typed: str) -> None:
    assert reply(asked.nth(2), typed).startswith("Right."), typed


@pytest.mark.parametrize("typed", [".4e1", ",4e1", "+4", "8/2", "2/.5", "2/0,5", "4,000"])
def test_points_and_commas(asked: Locator, typed: str) -> None:
    assert reply(asked.nth(SEVERAL.index(NUMBER)), typed).startswith("Right."), typed


@pytest.mark.parametrize("typed", ["", "  ", "four", "1/0", "1/2/3", "4x", "1e", ".", "--4", "e"])
def test_what_is_no_number_is_said_and_counts_as_no_try(asked: Locator, typed: str) -> None:
    quiz = asked.nth(SEVERAL.index(NUMBER))
    field = quiz.get_by_role("textbox")
    assert reply(quiz, typed).startswith("Type a number first, such as 0.5")
    assert field.get_attribute("aria-invalid") == "true"
    assert quiz.get_by_role("button", name="Show the answer").count() == 0
    assert reply(quiz, "4").startswith("Right.")
    assert field.get_attribute("aria-invalid") is None


@pytest.mark.parametrize("name", [NUMBER, NEGATIVE, "calls-for-ten-doublings"])
def test_typical_wrong_numbers_are_explained(asked: Locator, name: str) -> None:
    quiz, question = asked.nth(SEVERAL.index(name)), number(name)
    for wrong, why in question.typical.items():
        assert reply(quiz, repr(wrong)) == f"Not so. {plain(why)}"
    assert reply(quiz, "987.6") == f"Not so. {plain(question.other)}"
    near = question.answer + 0.9 * question.tolerance
    assert reply(quiz, repr(near)) == f"Right. {plain(question.right)}"
    beyond = question.answer + 1.1 * question.tolerance
    assert reply(quiz, repr(beyond)).startswith("Not so.")


def test_keyboard_alone_is_enough(asked: Locator) -> None:
    keys = asked.page.keyboard
    quiz = asked.nth(SEVERAL.index(CHOICE))
    quiz.get_by_role("radio").first.focus()
    keys.press("Space")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    assert quiz.get_by_role("radio", name="None, with a warning").is_checked()
    keys.press("ArrowUp")
    keys.press("Enter")
    assert said(quiz).startswith("Not so.")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    assert said(quiz).startswith("The answer: None, with a warning.")
    typed = asked.nth(SEVERAL.index(NUMBER))
    typed.get_by_role("textbox").focus()
    keys.type("2")
    keys.press("Enter")
    assert said(typed).startswith("Not so.")
    keys.press("Backspace")
    keys.type("4")
    keys.press("Tab")
    keys.press("Space")
    assert said(typed).startswith("Right.")


def test_questions_of_one_page_do_not_meet(asked: Locator) -> None:
    first, again = asked.nth(0), asked.nth(len(SEVERAL) - 1)
    first.get_by_role("radio").nth(0).check()
    again.get_by_role("radio").nth(1).check()
    assert first.get_by_role("radio").nth(0).is_checked()
    check(first)
    assert said(again) == ""
    assert [said(quiz) for quiz in asked.all()[1:]] == [""] * (len(SEVERAL) - 1)


def test_each_control_belongs_to_its_question(asked: Locator) -> None:
    for quiz, name in zip(asked.all(), SEVERAL, strict=True):
        question = plain(every_question()[name].text)
        group = quiz.get_by_role("group", name=question, exact=True)
        assert group.count() == 1
        if isinstance(every_question()[name], Number):
            assert group.get_by_role("textbox", name="Your number").count() == 1
        else:
            assert group.get_by_role("radio").count() == len(choice(name).choices)
    modes = {
        name: asked.nth(SEVERAL.index(name)).get_by_role("textbox").get_attribute("inputmode")
        for name in (NUMBER, NEGATIVE)
    }
    assert modes == {NUMBER: "decimal", NEGATIVE: "text"}, "a keypad of decimals may lack the minus"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_is_accessible_and_fits(page: PageFactory, folder: Path, theme: str, width: int) -> None:
    view = page(width, 900, color_scheme=theme)
    asked = open_page(view, folder)
    heights = asked.evaluate_all(
        "(all) => all.map((one) => [one, one.closest('.lab')].map((box) => box.offsetHeight))"
    )
    for quiz, room in heights:
        assert quiz <= room <= quiz + 60, "the page moves when a question starts, or has a gap"
    for quiz in asked.all():
        if quiz.get_by_role("textbox").count():
            reply(quiz, "4")
        else:
            quiz.get_by_role("radio").first.check()
            check(quiz)
    assert view.evaluate(
        "[...document.querySelectorAll('.bh-predict, .bh-predict *')].every((one) => "
        "one.scrollWidth <= one.clientWidth + 1 || getComputedStyle(one).display === 'inline')"
    )
    view.add_script_tag(path=AXE)
    found = view.evaluate("axe.run('.lab', { resultTypes: ['violations'] })")
    assert [one["id"] for one in found["violations"]] == []


def test_reads_without_javascript(page: PageFactory, folder: Path) -> None:
    view = page(java_script_enabled=False)
    view.goto((folder / "_build/html/index.html").as_uri())
    for box, name in zip(view.locator(".lab").all(), SEVERAL, strict=True):
        question = every_question()[name]
        assert plain(question.text) in box.inner_text()
        assert "needs JavaScript" in box.inner_text()
        folded = box.locator("details > p")
        assert not folded.is_visible()
        box.locator("summary").click()
        assert folded.is_visible()


def test_a_page_stores_the_module_once(tmp_path: Path) -> None:
    built = write(tmp_path, [LossLab(), *quizzes(), VjpLab()])
    assert built.count("const judge") == 1
    assert built.count(".bh-asked legend {") == 1
    (tmp_path / "alone").mkdir()
    alone = write(tmp_path / "alone", [LossLab(), VjpLab()])
    heavier = [len(gzip.compress(page.encode(), 9)) for page in (alone, built)]
    assert heavier[1] - heavier[0] < 12_000


def test_labs_beside_questions_live(tmp_path: Path, page: PageFactory) -> None:
    write(tmp_path, [LossLab(), *quizzes(), VjpLab()])
    asked = open_page(page(), tmp_path)
    assert asked.count() == len(SEVERAL)
    assert asked.page.locator(".bh-loss, .bh-vjp").count() == 2
    assert reply(asked.nth(SEVERAL.index(NUMBER)), "4").startswith("Right.")
