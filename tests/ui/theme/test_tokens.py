"""The tokens can be read by everybody: contrast of every declared pair, sizes on the grid."""

from dataclasses import astuple

import pytest

from desktop.ui.theme.tokens import DARK, LIGHT, PAIRS, Colours, Spacing, TypeScale, colour_of, contrast


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS, ids=[f"{ink}-on-{ground}" for ink, ground, _ in PAIRS])
def test_every_declared_pair_reaches_its_contrast(colours: Colours, ink: str, ground: str, least: float) -> None:
    assert contrast(colour_of(colours, ink), colour_of(colours, ground)) >= least


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#123456", "#123456") == 1


def test_the_pale_green_pill_of_the_mock_would_fail() -> None:
    assert contrast("#1a7f47", "#e2f3e9") < 4.5


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(KeyError):
        colour_of(LIGHT, "pink")


def test_a_bare_tone_means_its_ink() -> None:
    assert colour_of(LIGHT, "warn") == LIGHT.warn.ink == colour_of(LIGHT, "warn.ink")


def test_the_type_scale_and_the_grid_are_those_of_the_design() -> None:
    assert astuple(TypeScale()) == (12, 14, 16, 20, 28)
    assert all(distance % 4 == 0 for distance in astuple(Spacing()))
