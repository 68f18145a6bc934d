"""The design tokens: every colour, size and distance of the program, for the light and the dark look.

Pure data and arithmetic, no Qt. A colour is `#rrggbb`. `PAIRS` declares which colour is ever put on which, and the contrast it must reach
(WCAG 2.2: 4.5 for text, 3 for borders of inputs, focus rings and icons); a test computes all of them. Lines that only decorate (`line`,
`edge`) are not declared: nothing depends on seeing them.
"""

from dataclasses import dataclass, fields

TEXT_CONTRAST = 4.5
"""Least contrast of text on its ground (WCAG 2.2, 1.4.3 AA)."""

SHAPE_CONTRAST = 3.0
"""Least contrast of an input's border, a focus ring or an icon (WCAG 2.2, 1.4.11)."""


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of one status: a soft ground and the ink of words and icons on it."""

    ground: str
    ink: str
    """Text and icons on `ground`, and also on `surface` and `canvas`."""
    line: str
    """A soft border around `ground`; decoration only."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one look."""

    canvas: str
    """Behind everything: the window."""
    side: str
    """The side bar and the status bar's neighbour."""
    surface: str
    """Cards, lists, inputs, menus."""
    raised: str
    """Heads of tables and other quiet grounds inside a surface."""
    hover: str
    """A row or quiet button under the mouse."""
    pressed: str
    """A quiet button held down."""
    text: str
    muted: str
    """Secondary text and icons."""
    disabled: str
    """Text and icons of what cannot be used now; still readable."""
    line: str
    """Soft borders of cards and rows; decoration only."""
    edge: str
    """Borders of quiet buttons and chips, whose words say what they are; decoration only."""
    border: str
    """Borders of inputs; seen against surface and canvas."""
    accent: str
    """The one accent: primary buttons, the current place, focus rings."""
    accent_hover: str
    accent_pressed: str
    on_accent: str
    """Text and icons on any accent."""
    selected: str
    """Ground of the current entry and of selected rows."""
    on_selected: str
    """Accent-coloured text and icons on `selected`."""
    danger_fill: str
    """Ground of a button that destroys."""
    danger_fill_hover: str
    on_danger: str
    neutral: Tone
    info: Tone
    warn: Tone
    ok: Tone
    danger: Tone
    tooltip: str
    on_tooltip: str
    series: tuple[str, str, str, str, str, str]
    """Chart colours in order of use, each seen on `surface`; lines also differ by dash or mark, never by colour alone."""


LIGHT = Colours(
    canvas="#f5f6f8",
    side="#eef0f4",
    surface="#ffffff",
    raised="#f8f9fb",
    hover="#f1f4f8",
    pressed="#e4e8ef",
    text="#161b26",
    muted="#545e70",
    disabled="#667084",
    line="#e2e6ec",
    edge="#c6cdd8",
    border="#858e9e",
    accent="#1d5bbf",
    accent_hover="#174ca3",
    accent_pressed="#123e87",
    on_accent="#ffffff",
    selected="#e5eefc",
    on_selected="#184fa8",
    danger_fill="#b3261e",
    danger_fill_hover="#941d16",
    on_danger="#ffffff",
    neutral=Tone("#e9ecf1", "#434c5c", "#d3d8e0"),
    info=Tone("#e5eefc", "#184fa8", "#c5d8f7"),
    warn=Tone("#fdf0d9", "#854a05", "#f2d9ab"),
    ok=Tone("#e1f3e8", "#14653a", "#bfe3cd"),
    danger=Tone("#fce6e4", "#a11c15", "#f4c6c2"),
    tooltip="#232a36",
    on_tooltip="#f4f6f9",
    series=("#1d5bbf", "#14804a", "#b35c00", "#8a3ffc", "#b3261e", "#0e7a86"),
)

DARK = Colours(
    canvas="#13161c",
    side="#171b22",
    surface="#1b2028",
    raised="#20262f",
    hover="#242b36",
    pressed="#2d3542",
    text="#e9ecf1",
    muted="#a4adbb",
    disabled="#8b95a5",
    line="#2c333f",
    edge="#434c5b",
    border="#6f7a8b",
    accent="#6ea3f7",
    accent_hover="#8bb6fa",
    accent_pressed="#a6c7fb",
    on_accent="#0c1526",
    selected="#1f3459",
    on_selected="#9cc1fb",
    danger_fill="#f28b82",
    danger_fill_hover="#f6a8a1",
    on_danger="#2a0a07",
    neutral=Tone("#2c333f", "#c3cad5", "#3a4351"),
    info=Tone("#1f3459", "#9cc1fb", "#2d4775"),
    warn=Tone("#3d2a0c", "#f3bd62", "#5a4117"),
    ok=Tone("#14351f", "#7fd6a0", "#20502f"),
    danger=Tone("#471c1a", "#f7a49d", "#672b28"),
    tooltip="#e9ecf1",
    on_tooltip="#161b26",
    series=("#6ea3f7", "#5fcf8e", "#f0a94b", "#b794f6", "#f28b82", "#4cc3d0"),
)

_GROUNDS = ("canvas", "side", "surface", "raised", "hover")

PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, ground, TEXT_CONTRAST) for ink in ("text", "muted") for ground in (*_GROUNDS, "pressed", "selected")),
    *(("disabled", ground, TEXT_CONTRAST) for ground in ("canvas", "surface", "raised")),
    *(("border", ground, SHAPE_CONTRAST) for ground in ("canvas", "surface", "raised")),
    *(("accent", ground, TEXT_CONTRAST) for ground in (*_GROUNDS, "selected")),
    *(("on_accent", ground, TEXT_CONTRAST) for ground in ("accent", "accent_hover", "accent_pressed")),
    ("on_selected", "selected", TEXT_CONTRAST),
    ("on_selected", "surface", TEXT_CONTRAST),
    ("on_danger", "danger_fill", TEXT_CONTRAST),
    ("on_danger", "danger_fill_hover", TEXT_CONTRAST),
    *((f"{tone}.ink", ground, TEXT_CONTRAST) for tone in ("neutral", "info", "warn", "ok", "danger") for ground in _GROUNDS),
    *((f"{tone}.ink", f"{tone}.ground", TEXT_CONTRAST) for tone in ("neutral", "info", "warn", "ok", "danger")),
    ("text", "info.ground", TEXT_CONTRAST),
    ("text", "warn.ground", TEXT_CONTRAST),
    ("text", "ok.ground", TEXT_CONTRAST),
    ("text", "danger.ground", TEXT_CONTRAST),
    ("danger.ink", "selected", TEXT_CONTRAST),
    ("on_tooltip", "tooltip", TEXT_CONTRAST),
    *((f"series.{index}", "surface", SHAPE_CONTRAST) for index in range(6)),
)
"""(ink, ground, least contrast): every pair the style sheet, the delegates and the widgets use."""


@dataclass(frozen=True, slots=True)
class TypeScale:
    """Letter heights in pixels at 100 % text."""

    small: int = 12
    base: int = 14
    large: int = 16
    title: int = 20
    display: int = 28


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances in pixels at 100 % text, on a grid of 4."""

    hair: int = 4
    tight: int = 8
    snug: int = 12
    normal: int = 16
    wide: int = 24
    section: int = 32
    control: int = 36
    """Height of buttons and inputs."""
    row: int = 44
    """Height of a list row."""
    radius: int = 8
    """Corners of buttons and inputs."""
    card_radius: int = 12
    icon: int = 16
    side_bar: int = 232


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of one look."""

    is_dark: bool
    colour: Colours
    type: TypeScale = TypeScale()
    space: Spacing = Spacing()


LIGHT_TOKENS = Tokens(is_dark=False, colour=LIGHT)
DARK_TOKENS = Tokens(is_dark=True, colour=DARK)

ROLES = tuple(field.name for field in fields(Colours) if field.name != "series") + tuple(
    f"{tone}.{part}" for tone in ("neutral", "info", "warn", "ok", "danger") for part in ("ground", "ink", "line")
)
"""Names that `colour_of` understands, besides `series.0` to `series.5`; a bare tone means its ink."""


def colour_of(colours: Colours, role: str) -> str:
    """Returns the colour of a role: `text`, `warn.ground`, `warn` (its ink) or `series.2`.

    Raises:
        KeyError: no such role.
    """
    name, _, part = role.partition(".")
    if name not in {field.name for field in fields(Colours)}:
        raise KeyError(role)
    value = getattr(colours, name)
    if isinstance(value, Tone):
        return str(getattr(value, part or "ink"))
    if isinstance(value, tuple):
        return str(value[int(part)])
    return str(value)


def luminance(colour: str) -> float:
    """Returns the relative luminance of `#rrggbb`, 0 (black) to 1 (white) (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Returns the contrast of two colours `#rrggbb`, 1 (equal) to 21 (black on white) (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
