"""Draws a layout's views as SVG shapes, each at its place."""

import svg
from views import View


def paint(view: View, x: float, y: float, width: float, height: float) -> list[str]:
    """Draw a view and those within it into a rectangle."""
    resources = view.resources
    shapes = _ground(view, x, y, width, height)
    left, top = x + view.edge("padding", "Start"), y + view.edge("padding", "Top")
    inner, room = width - view.sides("padding"), height - view.ends("padding")
    if view.shown.draw is not None:
        return shapes + view.shown.draw(left, top, inner)
    if view.kind == "ProgressBar":
        middle = top + room / 2 - 2
        return [
            *shapes,
            svg.box(left, middle, inner, 4, resources.colors["grid"], 2),
            svg.box(left, middle, inner * view.shown.share, 4, resources.colors["accent"], 2),
        ]
    if view.kind == "ListView":
        return shapes + _list(view, left, top, inner, room)
    if view.is_horizontal:
        return shapes + _across(view, left, top, inner, room)
    if view.kind == "FrameLayout":
        return shapes + [
            shape for child in view.children for shape in paint(child, left, top, inner, room)
        ]
    if view.children:
        return shapes + _down(view, left, top, inner, room)
    return shapes + _words(view, left, top, inner, room)


def _ground(view: View, x: float, y: float, width: float, height: float) -> list[str]:
    colors = view.resources.colors
    if view.kind == "Button":
        return [svg.box(x + 4, y + 6, width - 8, height - 12, colors["grid"], 3)]
    if view.kind == "EditText":
        return [svg.line(x + 4, y + height - 6, x + width - 4, y + height - 6, colors["text_weak"])]
    if view.kind == "Spinner":
        tip, middle = x + width - 20, y + height / 2
        points = f"{tip:g},{middle - 2:g} {tip + 10:g},{middle - 2:g} {tip + 5:g},{middle + 4:g}"
        return [f'<polygon points="{points}" fill="{colors["text_weak"]}"/>']
    shape = view.attributes.get("background", "").removeprefix("@drawable/")
    radius = view.resources.dimensions["edge"]
    return [svg.box(x, y, width, height, colors[shape], radius)] if shape else []


def _words(view: View, x: float, y: float, width: float, height: float) -> list[str]:
    colors, size = view.resources.colors, view.text_size
    is_hint = view.kind == "EditText" and view.shown.text is None
    named = view.attributes.get("textColor", "@color/text").removeprefix("@color/")
    color = colors[view.shown.color or ("text_weak" if is_hint else named)]
    bold = view.attributes.get("textStyle") == "bold"
    content = view.text.upper() if view.kind == "Button" else view.text
    lines = svg.wrap(content, size, width)
    top = y + (height - len(lines) * size * svg.LINE) / 2
    shapes = []
    for number, line in enumerate(lines):
        left = x + 4 if view.kind in {"EditText", "Spinner"} else x
        if view.kind == "Button" or view.attributes.get("gravity") == "center":
            left = x + (width - svg.width_of(line, size)) / 2
        base = top + number * size * svg.LINE + size * svg.ASCENT
        shapes.append(svg.text(round(left, 1), round(base, 1), line, size, color, bold=bold))
    return shapes


def _across(view: View, x: float, y: float, width: float, height: float) -> list[str]:
    shapes = []
    for child, own in zip(view.children, view.widths(width), strict=True):
        x += child.edge("layout_margin", "Start")
        tall = child.height(own)
        shapes += paint(child, x, y + (height - tall) / 2, own, tall)
        x += own + child.edge("layout_margin", "End")
    return shapes


def _down(view: View, x: float, y: float, width: float, height: float) -> list[str]:
    sizes = []
    for child in view.children:
        own = child.natural_width(width - child.sides("layout_margin"))
        tall = 0 if child.weight else child.height(own)
        sizes.append((child, own, tall))
    taken = sum(tall + child.ends("layout_margin") for child, _, tall in sizes)
    shapes = []
    for child, own, tall in sizes:
        y += child.edge("layout_margin", "Top")
        is_end = child.attributes.get("layout_gravity") == "end"
        left = x + width - own if is_end else x + child.edge("layout_margin", "Start")
        given = height - taken if child.weight else tall
        shapes += paint(child, left, y, own, given)
        y += given + child.edge("layout_margin", "Bottom")
    return shapes


def _list(view: View, x: float, y: float, width: float, height: float) -> list[str]:
    """Draw a list's rows, the last one at the bottom."""
    rows = [(row, row.height(width)) for row in view.rows()]
    y += max(0, height - sum(tall for _, tall in rows))
    shapes = []
    for row, tall in rows:
        shapes += paint(row, x, y, width, tall)
        y += tall
    return shapes
