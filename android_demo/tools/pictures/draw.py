"""Draw the app's screens from its real layouts, strings, colours and sizes.

    python android_demo/tools/pictures/draw.py [--output FOLDER]

The pictures are drawings and no screenshots: a phone places and draws views by itself, with its own
font and widgets. Answers and figures in them are made up. Running the script twice writes the same
bytes.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import examples
import svg
from app_resources import AppResources, read_layout, read_menu, read_resources
from paint import paint
from views import Shown, View

PICTURES = Path(__file__).parents[2] / "pictures"
WIDTH = 360
LEAST_HEIGHT = 600
BAR_HEIGHT = 56
TITLE_SIZE = 20
MENU_SIZE = 14


@dataclass(frozen=True)
class Picture:
    """A screen in one state.

    Attributes:
        layout: the name of its layout.
        title: the name of the string in its bar.
        shown: what the code puts into its views.
        menu: the name of its menu, or None.
        night: whether it is drawn in dark colours.

    """

    layout: str
    title: str
    shown: Callable[[AppResources], Mapping[str, Shown]]
    menu: str | None = None
    night: bool = False


SCREENS = {
    "chat": Picture("activity_chat", "app_name", examples.chat, "chat"),
    "chat-dark": Picture("activity_chat", "app_name", examples.chat, "chat", night=True),
    "chat-damaged-bundle": Picture("activity_chat", "app_name", examples.damaged, "chat"),
    "settings": Picture("activity_settings", "settings", examples.settings),
    "benchmark-running": Picture("activity_benchmark", "benchmark", examples.measuring),
    "benchmark": Picture("activity_benchmark", "benchmark", examples.benchmark),
}


def draw(picture: Picture) -> str:
    """Return a screen as SVG."""
    resources = read_resources(night=picture.night)
    view = View.of(read_layout(picture.layout), picture.shown(resources), resources)
    colors = resources.colors
    height = max(LEAST_HEIGHT, BAR_HEIGHT + view.height(WIDTH))
    title = resources.text(picture.title)
    base = BAR_HEIGHT / 2 + TITLE_SIZE / 3
    shapes = [
        svg.box(0, 0, WIDTH, height, colors["window"]),
        svg.text(16, round(base, 1), title, TITLE_SIZE, colors["text"], bold=True),
        *_menu(picture, resources),
        *paint(view, 0, BAR_HEIGHT, WIDTH, height - BAR_HEIGHT),
        f'<rect width="{WIDTH}" height="{height:g}" fill="none" stroke="{colors["grid"]}"/>',
    ]
    return svg.document(WIDTH, height, title, shapes)


def _menu(picture: Picture, resources: AppResources) -> list[str]:
    """Draw a menu's items in the bar, the last one at its end."""
    shapes, right = [], WIDTH - 16.0
    for name in reversed(read_menu(picture.menu) if picture.menu else []):
        item = resources.text(name).upper()
        right -= svg.width_of(item, MENU_SIZE)
        base = round(BAR_HEIGHT / 2 + MENU_SIZE / 3, 1)
        shapes.append(svg.text(round(right, 1), base, item, MENU_SIZE, resources.colors["text"]))
        right -= 16
    return shapes


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=PICTURES, help="default: %(default)s")
    folder: Path = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in SCREENS.items():
        (folder / f"{name}.svg").write_text(draw(picture), encoding="utf-8")


if __name__ == "__main__":
    main()
