"""The picture shows every cell's figures, alone and whole, and the same bytes each time."""

import re
from dataclasses import replace

import pytest
from PIL import Image

from edgebert.errors import EdgebertError
from edgebert.exporter.sensitivity import Analysis
from edgebert.exporter.sensitivity.picture import check_picture, draw


@pytest.fixture
def analysis(found) -> Analysis:
    return Analysis(
        model="[a] <model> & $more$",
        task="text-classification",
        data="texts.txt",
        held_out=True,
        observer="minmax",
        sensitivity=found,
    )


def test_an_svg_needs_nothing_else(analysis, tmp_path):
    path = tmp_path / "picture.svg"
    draw(analysis, path)
    content = path.read_text(encoding="utf-8")
    draw(analysis, path)
    assert path.read_text(encoding="utf-8") == content
    assert content.startswith("<?xml")
    assert "<text" not in content  # letters are drawn: no font is needed
    links = re.findall(r'(?:href|src)="([^"]*)"', content)
    assert all(link.startswith("#") for link in links)
    assert list(tmp_path.iterdir()) == [path]


def test_a_png_is_an_image_with_a_cell_a_layer_and_kind(analysis, tmp_path):
    path = tmp_path / "picture.PNG"
    draw(analysis, path)
    with Image.open(path) as image:
        image.verify()
    with Image.open(path) as image:
        colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
    cells = {(site.layer, site.kind) for site in analysis.sensitivity.sites}
    # Both maps have a rectangle of one colour for each cell; the darkest is the spoiled site's.
    large = [colour for count, colour in colours if count > 2000 and colour != (255, 255, 255)]
    assert 3 < len(large) <= 2 * len(cells)
    assert (128, 0, 38) in large  # the last of the colour scale


def test_every_task_and_damage_can_be_drawn(model_for, analysis, tmp_path):
    """No head, one site only, no damage at all."""
    model = model_for("feature-extraction")
    draw(replace(analysis, sensitivity=model.measure()), tmp_path / "a.svg")
    sites = [*model.graph.sites()]
    alone = model.measure(model.plan(fp32_sites=sites))
    assert [site.name for site in alone.sites] == ["embeddings.words"]
    draw(replace(analysis, sensitivity=alone), tmp_path / "b.svg")
    nothing = replace(alone.sites[0].only, deviation=0.0)
    harmless = replace(alone.sites[0], only=nothing, without=nothing, share=0.0, relief=0.0)
    draw(replace(analysis, sensitivity=replace(alone, sites=(harmless,))), tmp_path / "c.svg")
    assert len(list(tmp_path.iterdir())) == 3


def test_nothing_quantised_is_nothing_to_draw(model_for, analysis, tmp_path):
    model = model_for("feature-extraction")
    nothing = replace(analysis, sensitivity=model.measure(model.plan("fp32")))
    with pytest.raises(EdgebertError, match="nothing is quantised"):
        draw(nothing, tmp_path / "a.svg")


def test_places_where_no_picture_can_be(tmp_path):
    with pytest.raises(EdgebertError, match=r"unknown suffix '\.pdf', expected .*\.svg or \.png"):
        check_picture(tmp_path / "a.pdf")
    with pytest.raises(EdgebertError, match="folder does not exist"):
        check_picture(tmp_path / "none" / "a.svg")
