"""Shapes are drawn exactly: float64 holds every number on the way as a whole number."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from byhand._cifar10 import conics, synthetic
from byhand._cifar10.conics import FINE, UNIT, Placed, cosines, inside
from byhand._cifar10.shapes import BOX, ELLIPSE, TRIANGLE

centres = st.integers(-320, 320)
axes = st.integers(0, 3200)


def placed(*numbers: int) -> Placed:
    return Placed(*(torch.tensor([number]) for number in numbers))


@given(st.sampled_from([ELLIPSE, BOX, TRIANGLE, 9]), centres, centres, axes, axes, st.integers())
def test_agrees_with_python_integers(form: int, x: int, y: int, a: int, b: int, turn: int) -> None:
    turn %= 1024
    found = inside(form, placed(x, y, a, b, turn))[0].reshape(FINE, FINE)
    cos, sin = int(cosines()[turn % 256]), int(cosines()[(turn - 64) % 256])
    a, b = max(a, conics.THINNEST), max(b, conics.THINNEST)
    for row in range(0, FINE, 9):
        for column in range(0, FINE, 7):
            dx, dy = 2 * column - 63 - x, 2 * row - 63 - y
            u = 16 * cos // a * dx + 16 * sin // a * dy
            v = -16 * sin // b * dx + 16 * cos // b * dy
            if form == ELLIPSE:
                expected = u * u + v * v <= UNIT**2
            else:
                width = (16 + form) * UNIT + (16 - form) * v
                expected = v * v <= UNIT**2 and (32 * u) ** 2 <= width**2
            assert found[row, column] == expected


def test_every_partial_sum_is_a_whole_number_of_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    real = conics._not_positive

    def spy(form: torch.Tensor, bound: int) -> torch.Tensor:
        sizes.append(float((form.double().abs() @ conics._powers().abs()).max()) + bound)
        return real(form, bound)

    monkeypatch.setattr(conics, "_not_positive", spy)
    synthetic.draw("train", 100, 0)
    for form in (ELLIPSE, BOX, TRIANGLE):  # the smallest axes, further away than any drawing goes
        for turn in range(256):
            inside(form, placed(90, 90, 0, 0, turn))
    assert 2**30 < max(sizes) < 2**53


def test_cosines_round_alike_on_every_system() -> None:
    table = cosines()
    assert table[::64].tolist() == [UNIT, 0, -UNIT, 0]
    for k in range(256):
        exact = UNIT * math.cos(math.tau * k / 256)
        assert abs(exact - int(table[k])) < 0.49  # nowhere near a half


def test_forms_look_as_they_are_called() -> None:
    whole = {
        form: inside(form, placed(0, 0, 16 * 40, 16 * 20, 0))[0].reshape(FINE, FINE)
        for form in (ELLIPSE, BOX, TRIANGLE, 8)
    }
    area = {form: int(points.sum()) for form, points in whole.items()}
    assert area[BOX] == 40 * 20
    assert area[TRIANGLE] == pytest.approx(400, rel=0.05)
    assert area[8] == pytest.approx(600, rel=0.05)
    assert area[ELLIPSE] == pytest.approx(math.pi / 4 * 800, rel=0.03)
    rows = whole[TRIANGLE].sum(1)
    assert rows[23] < rows[31] < rows[40]  # the tip is up
    turned = inside(TRIANGLE, placed(0, 0, 16 * 40, 16 * 20, 64))[0].reshape(FINE, FINE)
    columns = turned.sum(0)
    assert columns[23] > columns[31] > columns[40]  # a quarter turn clockwise: to the right
