"""Texts and shapes as SVG, and how wide a text is."""

from xml.sax.saxutils import escape

LINE = 1.35  # height of a line of text, of its size
ASCENT = 1.0  # from the top of a line to its base line, of the size

# Widths of characters of a sans-serif font, of its size; about those of Roboto.
_WIDTHS = {
    0.26: "ijl.,:;'|!",
    0.34: "ft()[]I r-",
    0.62: "ABCDEKPRSTVXYZ&",
    0.68: "GHNOQU",
    0.87: "MWmw…%@",
}
_WIDTH = {char: width for width, chars in _WIDTHS.items() for char in chars}
_OTHER = 0.54


def width_of(text: str, size: float) -> float:
    """Return about how wide a line of text is."""
    return sum(_WIDTH.get(char, _OTHER) for char in text) * size


def wrap(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines at its line breaks, and between words where a line is full."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer, size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def text(
    x: float, base: float, content: str, size: float, color: str, *, bold: bool = False
) -> str:
    """Return one line of text, as wide as it was measured whatever font there is."""
    weight = ' font-weight="bold"' if bold else ""
    length = round(width_of(content, size), 1)
    return (
        f'<text x="{x:g}" y="{base:g}" font-size="{size:g}" fill="{color}"{weight} '
        f'textLength="{length:g}" lengthAdjust="spacingAndGlyphs">{escape(content)}</text>'
    )


def box(x: float, y: float, width: float, height: float, color: str, radius: float = 0) -> str:
    """Return a filled rectangle."""
    corners = f' rx="{radius:g}"' if radius else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{color}"{corners}/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, color: str, width: float = 1) -> str:
    """Return a straight line."""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{color}" '
        f'stroke-width="{width:g}"/>'
    )


def document(width: float, height: float, title: str, shapes: list[str]) -> str:
    """Return a whole picture."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="Roboto, Helvetica, Arial, sans-serif" '
        f'role="img">'
    )
    return "\n".join([head, f"<title>{escape(title)}</title>", *shapes, "</svg>"]) + "\n"
