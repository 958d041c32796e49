"""Measures and draws the few kinds of views that the app's layouts are made of.

A view is placed as Android's own layouts place it, as far as the app's files make use of that:
linear layouts with weights, frames, padding, margins, gravity, visibility and smallest heights.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self
from xml.etree.ElementTree import Element

import svg
from app_resources import AppResources, read_layout

SPINNER_TEXT = 16
BUTTON_TEXT = 14
PROGRESS_HEIGHT = 16
BODY = 14
FIELD_MARGIN = 4

Draw = Callable[[float, float, float], list[str]]


@dataclass(frozen=True)
class Shown:
    """What the code puts into a view.

    Attributes:
        text: in place of the layout's; None leaves that.
        visible: in place of the layout's; None leaves that.
        rows: a list's rows: layouts with what is shown in each.
        share: how full a progress bar is, 0 to 1.
        height: of a view that draws itself.
        draw: draws such a view, given its place and width.
        color: the text's, by name, in place of the layout's.

    """

    text: str | None = None
    visible: bool | None = None
    rows: tuple[tuple[str, Mapping[str, "Shown"]], ...] = ()
    share: float = 0
    height: float = 0
    draw: Draw | None = None
    color: str | None = None


@dataclass(frozen=True)
class View:
    """One view of a layout with the views within it."""

    element: Element
    attributes: Mapping[str, str]
    shown: Shown
    resources: AppResources
    children: tuple["View", ...] = field(default=())

    @classmethod
    def of(cls, element: Element, shown: Mapping[str, Shown], resources: AppResources) -> Self:
        """Make the views of a layout, those that take room."""
        attributes = resources.attributes(element)
        name = attributes.get("id", "").rpartition("/")[2]
        children = tuple(
            child for child in (cls.of(one, shown, resources) for one in element) if child.visible
        )
        return cls(element, attributes, shown.get(name, Shown()), resources, children)

    @property
    def visible(self) -> bool:
        """Whether the view takes room."""
        if self.shown.visible is not None:
            return self.shown.visible
        return self.attributes.get("visibility") != "gone"

    @property
    def kind(self) -> str:
        """The class of the view, without its package."""
        return self.element.tag.rpartition(".")[2]

    @property
    def text(self) -> str:
        """The text in the view, or the hint of a field that is empty."""
        if self.shown.text is not None:
            return self.shown.text
        name = self.attributes.get("text", self.attributes.get("hint", ""))
        return self.resources.text(name.removeprefix("@string/")) if name else ""

    def edge(self, kind: str, side: str) -> float:
        """Return the padding or margin (`layout_margin`) of a side: Start, Top, End or Bottom."""
        value = self.attributes.get(kind + side, self.attributes.get(kind, "0dp"))
        return self.resources.size(value)

    def sides(self, kind: str) -> float:
        """Return the padding or margin of both sides together."""
        return self.edge(kind, "Start") + self.edge(kind, "End")

    def ends(self, kind: str) -> float:
        """Return the padding or margin above and below together."""
        return self.edge(kind, "Top") + self.edge(kind, "Bottom")

    @property
    def text_size(self) -> float:
        """The size of the view's text in sp."""
        sizes = {"Button": BUTTON_TEXT, "Spinner": SPINNER_TEXT}
        value = self.attributes.get("textSize")
        return self.resources.size(value) if value else sizes.get(self.kind, BODY)

    @property
    def weight(self) -> float:
        """The view's share of what room is left."""
        return float(self.attributes.get("layout_weight", "0"))

    @property
    def is_horizontal(self) -> bool:
        """Whether the views within stand side by side."""
        return self.attributes.get("orientation") == "horizontal"

    def natural_width(self, most: float) -> float:
        """Return the width that the view takes of `most`, its margins left out."""
        if self.attributes.get("layout_width") == "match_parent":
            return most
        inner = most - self.sides("padding")
        if self.children:
            width = max(child.natural_width(inner) for child in self.children)
        else:
            lines = svg.wrap(self.text, self.text_size, inner)
            width = max(svg.width_of(line, self.text_size) for line in lines)
        extra = 32 if self.kind == "Button" else 0
        return min(most, width + extra + self.sides("padding"))

    def widths(self, width: float) -> list[float]:
        """Return the widths of the children of a horizontal layout, margins left out."""
        fixed = [0 if c.weight else c.natural_width(width) for c in self.children]
        left = width - sum(fixed) - sum(c.sides("layout_margin") for c in self.children)
        total = sum(c.weight for c in self.children) or 1
        return [
            left * c.weight / total if c.weight else own
            for c, own in zip(self.children, fixed, strict=True)
        ]

    def height(self, width: float) -> float:
        """Return the height in a width, margins left out."""
        inner = width - self.sides("padding")
        least = self.resources.size(self.attributes.get("minHeight", "0dp"))
        return max(least, self._content_height(inner) + self.ends("padding"))

    def _content_height(self, width: float) -> float:
        if self.kind == "ListView":
            return sum(row.height(width) for row in self.rows())
        if self.kind == "ProgressBar":
            return PROGRESS_HEIGHT
        if self.shown.draw is not None:
            return self.shown.height
        if not self.children:
            return len(svg.wrap(self.text, self.text_size, width)) * self.text_size * svg.LINE
        if self.is_horizontal:
            pairs = zip(self.children, self.widths(width), strict=True)
            return max(child.height(own) for child, own in pairs)
        heights = [
            child.height(child.natural_width(width - child.sides("layout_margin")))
            + child.ends("layout_margin")
            for child in self.children
        ]
        return max(heights) if self.kind == "FrameLayout" else sum(heights)

    def rows(self) -> list["View"]:
        """Return the rows of a list."""
        return [
            View.of(read_layout(name), shown, self.resources) for name, shown in self.shown.rows
        ]
