"""Elements of HTML and SVG; all text and all attributes are escaped when they are written."""

from xml.etree import ElementTree

from edgebert.printable import printable

Element = ElementTree.Element
Child = Element | str | None


def tag(name: str, /, *children: Child, **attributes: object) -> Element:
    """Make an element.

    Args:
        name: its tag.
        children: elements and texts in their order; None is left out. Control characters, and
            those that turn the direction of writing, are shown as codes.
        attributes: with "_" for "-" within, and one at the end where the name is a word of
            Python's; None is left out.
    """
    element = Element(name)
    for key, value in attributes.items():
        if value is not None:
            element.set(key.rstrip("_").replace("_", "-"), printable(_number(value)))
    for child in children:
        if isinstance(child, str):
            _append_text(element, printable(child))
        elif child is not None:
            element.append(child)
    return element


def write_html(root: Element) -> str:
    """Write a page whose root is the element html."""
    return "<!DOCTYPE html>\n" + ElementTree.tostring(root, encoding="unicode", method="html")


def _append_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _number(value: object) -> str:
    """Write an attribute; a tenth of a pixel is enough."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
