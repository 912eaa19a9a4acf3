"""`bench style`: every row is there, measured or with its reason, and what is measured is what it says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from models.errors import LibraryError
from models.style.model import SIZES
from models.style.painter import Frames
from models.training.recipe import Recipe
from models.training.scenes import draw_scene
from server.bench import style_bench
from server.bench.form import BenchError
from server.bench.style_bench import FULL, KINDS, QUICK, StyleBench
from server.bench.style_steady import measure_flicker, measure_speed

TORCH = "torch is not installed: pip install 'vernissage[torch]'"
KNOWN = Recipe.load().styles[1]  # one of the library's


def silent(title: str) -> None:
    pass


def scene(width: int = 98, height: int = 74) -> Frames:
    return draw_scene("harbour", width, height)


def save(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        cv2.imwrite(str(folder / name), scene())
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    pytest.importorskip("torch", reason=TORCH)
    from models.training.perceptual import IMITATION

    photos = save(tmp_path / "photos", "a.png", "b.png", "c.png", Recipe.load().photos[0])
    paintings = save(tmp_path / "paintings", KNOWN.picture, "unknown.png")
    return {"photos": photos, "paintings": paintings, "perceptual": IMITATION}


def test_every_row_is_there_and_says_why_where_it_could_not_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("losses", "parity"):
        monkeypatch.delitem(sys.modules, f"models.training.measured_{name}", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(style_bench, "measure_flicker", _fails)
    monkeypatch.setattr(style_bench, "measure_speed", _fails)
    rows = StyleBench(FULL, None, None, None, silent).run()
    assert [row.id for row in rows] == list(KINDS)
    assert all(row.value is None and row.ok is None for row in rows)
    why = {row.id: row.how for row in rows}
    for name in ("loss_vs_optimised_fine", "added_vs_trained", "psnr_bf16"):
        assert "pip install 'vernissage[torch]'" in why[name]
    for name in ("flicker_shift", "swift_speedup"):
        assert "it broke" in why[name]


def _fails(*_: Any) -> Any:
    raise BenchError("it broke")


def test_losses_need_three_folders_and_the_short_run_fits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch", reason=TORCH)
    for name in ("measure_flicker", "measure_speed"):
        monkeypatch.setattr(style_bench, name, _fails)
    monkeypatch.setattr("models.training.measured_parity.measure_parity", _fails)
    why = {row.id: row.how for row in StyleBench(QUICK, None, None, None, silent).run()}
    assert "it needs --photos" in why["loss_vs_optimised_swift"]
    assert "the full run does it" in why["add_minutes"]


def test_photos_that_were_trained_on_are_left_out_and_styles_of_the_library_come_first(
    folders: dict[str, Path],
) -> None:
    from models.training.measured_losses import SIDE_PX, gather

    found = gather(**folders, most=2, styles=9, anew=True)
    assert list(found.photos) == ["a.png", "c.png"]
    assert {photo.shape for photo in found.photos.values()} == {(SIDE_PX, SIDE_PX, 3)}
    assert list(found.paintings) == [KNOWN.id]


def test_paintings_of_no_style_are_fitted_where_there_is_time_and_else_refused(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    from models.training.measured_losses import gather

    unknown = folders | {"paintings": save(tmp_path / "unknown", "x.png", "y.png")}
    assert list(gather(**unknown, most=1, styles=1, anew=True).paintings) == ["x"]
    with pytest.raises(LibraryError, match="none of these paintings is one of the library's"):
        gather(**unknown, most=1, styles=2, anew=False)


@pytest.mark.parametrize("what", ["photos", "paintings", "perceptual"])
def test_what_is_not_there_is_named(what: str, folders: dict[str, Path]) -> None:
    from models.training.measured_losses import gather

    with pytest.raises(LibraryError, match=f"--{what}: nothing at"):
        gather(**folders | {what: Path("/nowhere")}, most=1, styles=1, anew=True)


def test_losses_are_held_against_pictures_that_were_optimised(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.training import measured_losses
    from models.training.measured_losses import gather, measure_losses

    monkeypatch.setattr(measured_losses, "SIDE_PX", 64)
    monkeypatch.setattr(measured_losses, "STEPS", (1, 8))
    found = measure_losses(gather(**folders, most=1, styles=1, anew=False), silent)
    assert set(found) == set(SIZES)
    for losses in found.values():
        assert (losses.styles, losses.fitted, losses.worst) == (1, 0, (KNOWN.id, losses.of_steps[1]))
        assert 0 < losses.of_steps[1] < losses.of_steps[8], "longer optimised, harder to reach"


def test_a_style_that_is_fitted_to_its_own_row_is_as_good_as_trained(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.style.table import StyleTable
    from models.training import measured_losses
    from models.training.measured_losses import gather, measure_added

    def fitted_row(size: str, painting: Frames, say: Any, without: str) -> Any:
        assert without == KNOWN.id, "it does not begin with its own row"
        return StyleTable.load(SIZES[size].with_suffix(".safetensors")).row(KNOWN.id)

    monkeypatch.setattr(measured_losses, "fitted_row", fitted_row)
    monkeypatch.setattr(measured_losses, "SIDE_PX", 64)
    found = measure_added(gather(**folders, most=1, styles=9, anew=True), 2, silent)
    assert found.styles == (KNOWN.id,)
    assert found.ratio == pytest.approx(1.0)


def test_flicker_is_measured_in_every_so_manieth_style() -> None:
    found = measure_flicker("swift", [scene()], 5)
    assert len(found.noise) == 3
    assert all(0 < value < 3 for value in found.noise.values())
    assert 0 < found.shift_levels < 30


def test_both_sizes_are_timed() -> None:
    rates = measure_speed(np.asarray(scene()), 2)
    assert set(rates) == set(SIZES)
    assert all(rate > 0 for rate in rates.values())


@pytest.mark.parametrize(("form", "least_db"), [("psnr_fp32", 60), ("psnr_fp16", 45)])
def test_formats_are_held_against_torch(form: str, least_db: float) -> None:
    pytest.importorskip("torch", reason=TORCH)
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    from models.training.measured_parity import FORMS, measure_parity

    found = measure_parity(form, [scene()], 7)
    assert found.worst_db >= least_db
    assert found.painted == len(SIZES) * len(FORMS[form]) * 2
    assert found.where.split(", ")[0] in SIZES
