"""Temperature over time: what each sensor said before and after each repeat."""

from edgebert.report.axis import axis
from edgebert.report.markup import Element, tag
from edgebert.report.reading import moment
from edgebert.report.report import Section

WIDTH, HEIGHT = 320.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 306.0, 24.0, 146.0
SENSORS = 4
"""As many are drawn, the hottest; a phone has dozens, most of them of parts that rest."""


def readings_of(section: Section) -> dict[str, list[tuple[float, float]]]:
    """Return (minutes since the first reading, degrees Celsius) by sensor, the hottest first."""
    states = [state for r in section.repeats for state in (r.before, r.after)]
    if not any(state.celsius for state in states):
        return {}
    begin = min(moment(state.time) for state in states)
    readings: dict[str, list[tuple[float, float]]] = {}
    for state in sorted(states, key=lambda state: moment(state.time)):
        minutes = (moment(state.time) - begin).total_seconds() / 60
        for sensor, degrees in state.celsius.items():
            readings.setdefault(sensor, []).append((minutes, degrees))
    hottest = sorted(readings, key=lambda sensor: -max(y for _, y in readings[sensor]))
    return {sensor: readings[sensor] for sensor in hottest}


def draw_temperature(section: Section) -> tuple[Element, list[str]] | None:
    """Draw the hottest sensors.

    Returns:
        The plot and the sensors' names in the order of their lines' classes; None where the device
        told no temperature.
    """
    readings = readings_of(section)
    if not readings:
        return None
    shown = dict(list(readings.items())[:SENSORS])
    values = [y for points in shown.values() for _, y in points]
    across = axis(0.0, max(x for points in shown.values() for x, _ in points), LEFT, RIGHT)
    up = axis(min(values), max(values), BOTTOM, TOP)
    name = f"s{section.number}-temperature"
    described = "; ".join(
        f"{sensor} from {min(y for _, y in points):.1f} to {max(y for _, y in points):.1f}"
        for sensor, points in shown.items()
    )
    svg = tag(
        "svg",
        tag("title", "Temperature over time", id=f"{name}-title"),
        tag(
            "desc", f"Degrees Celsius before and after each repeat: {described}", id=f"{name}-desc"
        ),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="plot",
    )
    for place, text in across.ticks():
        svg.append(tag("text", text, x=place, y=BOTTOM + 18, class_="tick middle"))
    for place, text in up.ticks():
        svg.append(tag("line", x1=LEFT - 4, x2=RIGHT, y1=place, y2=place, class_="grid"))
        svg.append(tag("text", text, x=LEFT - 8, y=place + 4, class_="tick end"))
    svg.append(tag("text", "degrees Celsius", x=0, y=10, class_="tick"))
    svg.append(tag("text", "minutes", x=(LEFT + RIGHT) / 2, y=BOTTOM + 34, class_="tick middle"))
    for number, (sensor, points) in enumerate(shown.items(), start=1):
        places = [(across.place(x), up.place(y)) for x, y in points]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        svg.append(tag("path", tag("title", sensor), d=path, class_=f"line line{number}"))
        for x, y in places:
            svg.append(tag("circle", cx=x, cy=y, r=2.5, class_=f"dot dot{number}"))
    return svg, list(shown)
