"""The app's own resources, as the pictures need them: strings, colours, sizes, styles, layouts."""

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

RES = Path(__file__).parents[2] / "app" / "src" / "main" / "res"
ANDROID = "{http://schemas.android.com/apk/res/android}"


@dataclass(frozen=True)
class AppResources:
    """What the app has in its resource folders, by day or by night.

    Attributes:
        strings: the texts by name.
        colors: "#RRGGBB" by name.
        dimensions: sizes by name in dp; what is in sp is for the user's font size of 1.
        styles: the attributes of a style by its name.

    """

    strings: dict[str, str]
    colors: dict[str, str]
    dimensions: dict[str, float]
    styles: dict[str, dict[str, str]]

    def text(self, name: str, *values: object) -> str:
        """Return a string with its places (%1$s, %2$d) filled."""
        text = self.strings[name]
        for place, value in enumerate(values, start=1):
            text = re.sub(rf"%{place}\$[sd]", lambda _, value=value: str(value), text)
        return text.replace("\\n", "\n").replace('\\"', '"')

    def attributes(self, view: Element) -> dict[str, str]:
        """Return a view's attributes without namespace; its own come before its style's."""
        own = {name.removeprefix(ANDROID): value for name, value in view.attrib.items()}
        style = own.get("style", "").removeprefix("@style/")
        return self.styles.get(style, {}) | own

    def size(self, value: str) -> float:
        """Return a size such as @dimen/gap or 0dp in dp."""
        if value.startswith("@dimen/"):
            return self.dimensions[value.removeprefix("@dimen/")]
        return float(value.removesuffix("dp"))


def read_resources(*, night: bool = False) -> AppResources:
    """Read the app's resources."""
    colors = "values-night" if night else "values"
    sizes = _values("values", "dimens.xml")
    styles = ElementTree.parse(RES / "values" / "styles.xml").getroot()
    return AppResources(
        strings=_values("values", "strings.xml"),
        colors=_values(colors, "colors.xml"),
        dimensions={name: float(re.sub("[ds]p$", "", size)) for name, size in sizes.items()},
        styles={
            style.attrib["name"]: {
                item.attrib["name"].removeprefix("android:"): item.text or "" for item in style
            }
            for style in styles
        },
    )


def read_layout(name: str) -> Element:
    """Read a layout."""
    return ElementTree.parse(RES / "layout" / f"{name}.xml").getroot()


def read_menu(name: str) -> list[str]:
    """Return the names of the strings of a menu's items."""
    items = ElementTree.parse(RES / "menu" / f"{name}.xml").getroot()
    return [item.attrib[f"{ANDROID}title"].removeprefix("@string/") for item in items]


def _values(folder: str, name: str) -> dict[str, str]:
    root = ElementTree.parse(RES / folder / name).getroot()
    return {item.attrib["name"]: "".join(item.itertext()) for item in root}
