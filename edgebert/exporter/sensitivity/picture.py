"""A picture of an analysis: layers down, kinds across, as two heat maps."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgebert.errors import EdgebertError
from edgebert.exporter.sensitivity.parts import KINDS
from edgebert.exporter.sensitivity.report import Analysis, PartDamage
from edgebert.whole_file import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIXES = (".svg", ".png")

DOTS_PER_INCH = 150  # of a .png

# From the darkest cells on, text on them is white: the share of the colour scale.
DARK = 0.55

_CELL = (0.95, 0.42)  # inches: width, height

# In the name of a cell: layer and kind.
_Place = tuple[str, str]


def check_picture(path: Path) -> None:
    """Check, before anything is measured, that a picture can be drawn.

    Raises:
        EdgebertError: another suffix, no such folder, or matplotlib is missing.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise EdgebertError(
            f"{path}: unknown suffix {path.suffix!r}, expected a picture's: {' or '.join(SUFFIXES)}"
        )
    if not path.absolute().parent.is_dir():
        raise EdgebertError(f"{path}: its folder does not exist; make it first")
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError as error:
        raise EdgebertError(
            "--picture needs the package matplotlib: pip install 'edgebert[evaluate]'"
        ) from error


def draw(analysis: Analysis, path: Path) -> None:
    """Write an analysis as a picture; the same analysis gives the same bytes.

    The left map shows the deviation from fp32 with only a cell's sites quantised, on a log scale;
    the right one how much of the whole damage goes when only they stay in fp32. A cell with
    several sites (a grouped layer has one a group) has the root of their summed squares on the
    left and their sum on the right.

    Args:
        analysis: what to show.
        path: the file to write, .svg or .png; the .svg needs no font and no other file.

    Raises:
        EdgebertError: the picture cannot be drawn or written, see `check_picture`.
    """
    check_picture(path)
    import matplotlib as mpl
    from matplotlib.figure import Figure

    found = analysis.sensitivity
    if not found.sites:
        raise EdgebertError(f"{path}: nothing is quantised, so there is nothing to draw")
    layers = sorted({_layer(site) for site in found.sites}, key=_layer_order)
    kinds = [kind for kind in KINDS if any(site.kind == kind for site in found.sites)]
    alone = _cells(found.sites, lambda part: (100 * part.only.deviation) ** 2)
    alone = {place: value**0.5 for place, value in alone.items()}
    relief = _cells(found.sites, lambda part: 100 * part.relief)
    width, height = 2 * (_CELL[0] * len(kinds) + 1.6), _CELL[1] * len(layers) + 2.2
    with mpl.rc_context({"svg.hashsalt": "edgebert", "svg.fonttype": "path"}):
        figure = Figure(figsize=(width, height), layout="constrained")
        left, right = figure.subplots(1, 2)
        figure.suptitle(_title(analysis), fontsize=10)
        _heat_map(left, alone, layers, kinds, logarithmic=True)
        left.set_title("only this quantised:\ndeviation from fp32, %", fontsize=9)
        _heat_map(right, relief, layers, kinds, logarithmic=False)
        right.set_title("all quantised but this:\n% of the squared deviation that goes", fontsize=9)
        content = io.BytesIO()
        suffix = path.suffix.lower().removeprefix(".")
        metadata: dict[str, Any] = {"Date": None} if suffix == "svg" else {"Software": None}
        figure.savefig(content, format=suffix, dpi=DOTS_PER_INCH, metadata=metadata)
    write_whole(path, content.getvalue())


def _heat_map(
    axes: "Axes",
    cells: dict[_Place, float],
    layers: Sequence[str],
    kinds: Sequence[str],
    *,
    logarithmic: bool,
) -> None:
    """Draw a rectangle with its figure for every cell that has sites."""
    from matplotlib import colormaps
    from matplotlib.colors import LogNorm, Normalize
    from matplotlib.patches import Rectangle

    values = list(cells.values())
    if logarithmic:
        positive = [value for value in values if value > 0] or [1.0]
        low, high = min(positive), max(positive)
        scale: Normalize = LogNorm(low if low < high else low / 10, high, clip=True)
    else:
        scale = Normalize(0.0, max(*values, 1e-9), clip=True)
    colours = colormaps["YlOrRd"]
    for (layer, kind), value in cells.items():
        depth = 0.0 if logarithmic and value <= 0 else float(scale(value))
        column, row = kinds.index(kind), layers.index(layer)
        axes.add_patch(
            Rectangle((column, row), 1, 1, facecolor=colours(depth), edgecolor="white", linewidth=2)
        )
        axes.text(
            column + 0.5,
            row + 0.5,
            f"{value:#.2g}".rstrip(".") if logarithmic else f"{value:z.1f}",
            ha="center",
            va="center",
            fontsize=8,
            color="white" if depth > DARK else "black",
        )
    axes.set_xlim(0, len(kinds))
    axes.set_ylim(len(layers), 0)
    axes.set_xticks([n + 0.5 for n in range(len(kinds))], [k.replace(" ", "\n") for k in kinds])
    axes.set_yticks([n + 0.5 for n in range(len(layers))], [_shown_layer(name) for name in layers])
    axes.tick_params(length=0, labelsize=8)
    for side in axes.spines.values():
        side.set_visible(False)


def _cells(
    sites: Sequence[PartDamage], value: Callable[[PartDamage], float]
) -> dict[_Place, float]:
    """Sum a value over the sites of each cell."""
    sums: dict[_Place, float] = {}
    for site in sites:
        place = (_layer(site), str(site.kind))
        sums[place] = sums.get(place, 0.0) + value(site)
    return sums


def _layer(site: PartDamage) -> str:
    assert site.layer is not None, "a site has a layer"
    return site.layer


def _layer_order(layer: str) -> tuple[int, int]:
    if layer.startswith("layers."):
        return 1, int(layer.removeprefix("layers."))
    return (0, 0) if layer == "embeddings" else (2, 0)


def _shown_layer(layer: str) -> str:
    return layer.replace("layers.", "layer ")


def _title(analysis: Analysis) -> str:
    found = analysis.sensitivity
    return (
        f"{analysis.model}, {found.mode} int8, {found.texts} texts of {analysis.data}\n"
        f"everything quantised: deviation {100 * found.everything.deviation:.2g} %, "
        f"SNR {found.everything.snr_db:.1f} dB, agreement {found.everything.agreement:.4f}"
    )
