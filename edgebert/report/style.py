"""The look of a page: colours for light and dark, and sizes that hold on a phone."""

LIGHT = {
    "page": "#ffffff",
    "panel": "#f4f6f8",
    "text": "#1b1f24",
    "quiet": "#4d5761",
    "rule": "#d3d9df",
    "fp32": "#6b7280",
    "dynamic": "#b45309",
    "static": "#0f766e",
    "line1": "#b91c1c",
    "line2": "#1d4ed8",
    "line3": "#7e22ce",
    "line4": "#15803d",
}
DARK = {
    "page": "#11161c",
    "panel": "#1a2129",
    "text": "#e8ebee",
    "quiet": "#a5b0bb",
    "rule": "#39434d",
    "fp32": "#9ca3af",
    "dynamic": "#f59e0b",
    "static": "#2dd4bf",
    "line1": "#f87171",
    "line2": "#60a5fa",
    "line3": "#c084fc",
    "line4": "#4ade80",
}
"""Texts have a contrast of 4.5 to what they stand on, marks of 3 (WCAG 2.2, AA)."""

_RULES = """
* { box-sizing: border-box; }
html { background: var(--page); color: var(--text); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .5rem; padding-top: 1rem;
  border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
p, ul { margin: .4rem 0; max-width: 46rem; }
ul { padding-left: 1.25rem; }
.quiet, figcaption, summary { color: var(--quiet); font-size: .9rem; }
.ship { background: var(--panel); border-left: .3rem solid var(--static); border-radius: .3rem;
  padding: .75rem 1rem; margin: .75rem 0; font-size: 1.05rem; max-width: none; }
.plots { display: grid; gap: 1.25rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 20.5rem), 1fr)); }
.plots + .plots { margin-top: 1.25rem; }
figure { margin: .5rem 0 0; max-width: 27rem; }
figcaption { color: var(--text); font-weight: 600; margin-bottom: .25rem; }
.plot { display: block; width: 100%; height: auto; font-size: 12px; }
.plot text { fill: var(--text); }
.plot .heading { font-weight: 600; }
.plot .tick { fill: var(--quiet); font-size: 11px; }
.plot .end { text-anchor: end; }
.plot .middle { text-anchor: middle; }
.plot .value { font-variant-numeric: tabular-nums; }
.grid { stroke: var(--rule); stroke-width: 1; }
.leader { stroke: var(--quiet); stroke-width: .7; }
.interval, .halo { fill: none; stroke: var(--text); stroke-width: 1.4; }
.halo { stroke: var(--page); stroke-width: 4; }
.mark { fill: var(--text); stroke: var(--page); stroke-width: 1.2; }
.line { fill: none; stroke-width: 1.8; }
.bubble { fill-opacity: .25; stroke-width: 1.6; }
.label { font-weight: 600; font-size: 11px; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0;
  font-size: .9rem; max-width: none; }
.legend svg { width: 1.5rem; height: .9rem; vertical-align: -.1rem; margin-right: .35rem; }
.wide { overflow-x: auto; width: fit-content; max-width: 100%; margin: .5rem 0;
  border: 1px solid var(--rule); border-radius: .3rem; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .5rem; text-align: left; white-space: nowrap; overflow-wrap: normal; }
th { color: var(--quiet); font-weight: 600; border-bottom: 1px solid var(--rule); }
tbody tr:nth-child(even) { background: var(--panel); }
.number { text-align: right; }
pre { overflow-x: auto; background: var(--panel); border-radius: .3rem; padding: .75rem;
  font-size: .8rem; line-height: 1.4; user-select: all; -webkit-user-select: all; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; font-size: .9rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
:focus-visible { outline: 2px solid var(--static); outline-offset: 2px; }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; }
  table { font-size: .8rem; } th, td { padding: .25rem .4rem; }
}
"""

_DASHES = {"line2": "7 3", "line3": "2 3", "line4": "9 3 2 3"}


def style_sheet() -> str:
    """Return the page's whole CSS."""
    colours = "".join(
        f".{mode} {{ fill: var(--{mode}); }}\n.bubble.{mode} {{ stroke: var(--{mode}); }}\n"
        for mode in ("fp32", "dynamic", "static")
    )
    lines = "".join(
        f".line{n} {{ stroke: var(--line{n});"
        f" stroke-dasharray: {_DASHES.get(f'line{n}', 'none')}; }}\n"
        f".dot{n} {{ fill: var(--line{n}); }}\n"
        for n in range(1, 5)
    )
    return (
        f":root {{ color-scheme: light dark; {_variables(LIGHT)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}\n"
        f"{_RULES}{colours}{lines}"
    )


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())
