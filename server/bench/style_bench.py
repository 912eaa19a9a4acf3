"""`bench style`: how near networks come to optimised pictures, how steady they are on video, how fast, how exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError
from models.style.painter import Frames
from models.style.preview import PHOTOS
from server.bench.form import BenchError, Kind, Reach, Row
from server.bench.style_steady import HEIGHT, WIDTH, measure_flicker, measure_speed

if TYPE_CHECKING:
    from models.training.measured_losses import Losses, Material

Say = Callable[[str], None]
NO_TORCH = "it needs torch: pip install 'vernissage[torch]'"

KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("loss_vs_optimised_fine", "ratio", Reach("<=", 1.0)),
        Kind("loss_vs_optimised_swift", "ratio", Reach("<=", 1.25)),
        Kind("added_vs_trained", "ratio", Reach("<=", 1.15)),
        Kind("add_minutes", "min", Reach("<=", 10)),
        Kind("flicker_noise_mean", "ratio", Reach("<=", 0.6)),
        Kind("flicker_noise_worst", "ratio", Reach("<=", 1.0)),
        Kind("flicker_shift", "levels", Reach("<=", 4)),
        Kind("swift_speedup", "ratio", Reach(">=", 2.5)),
        Kind("psnr_fp32", "dB", Reach(">=", 60)),
        Kind("psnr_bf16", "dB", Reach(">=", 45)),
        Kind("psnr_fp16", "dB", Reach(">=", 45)),
    )
}
SMALL_PX = (240, 180)  # pictures for comparing formats: small, and no multiple of 4


@dataclass(frozen=True, slots=True)
class Lengths:
    """How much is measured."""

    photos: int  # for losses
    styles: int  # for losses
    added: int  # styles that are fitted anew; 0: none
    every: int  # every so manieth style for flicker and formats
    rounds: int  # for speed


QUICK = Lengths(photos=1, styles=2, added=0, every=5, rounds=8)
FULL = Lengths(photos=4, styles=100, added=2, every=1, rounds=30)


class StyleBench:
    """Fills the rows part by part; a part that fails leaves its rows unmeasured, and they say why."""

    def __init__(
        self, lengths: Lengths, photos: Path | None, paintings: Path | None, perceptual: Path | None, say: Say
    ) -> None:
        self._lengths, self._say = lengths, say
        self._given = (photos, paintings, perceptual)

    def run(self) -> Sequence[Row]:
        """Every row, in the order of KINDS."""
        parts: Mapping[tuple[str, ...], Callable[[], list[Row]]] = {
            ("loss_vs_optimised_fine", "loss_vs_optimised_swift"): self._losses,
            ("added_vs_trained", "add_minutes"): self._added,
            ("flicker_noise_mean", "flicker_noise_worst", "flicker_shift"): self._flicker,
            ("swift_speedup",): self._speed,
            **{(form,): self._parity_of(form) for form in ("psnr_fp32", "psnr_bf16", "psnr_fp16")},
        }
        found: dict[str, Row] = {}
        for ids, measure in parts.items():
            try:
                rows = measure()
            except ModuleNotFoundError as error:
                rows = [KINDS[name].missing(NO_TORCH if error.name == "torch" else str(error)) for name in ids]
            except (BenchError, ModelError, OSError, ValueError) as error:
                rows = [KINDS[name].missing(str(error)) for name in ids]
            found.update({row.id: row for row in rows})
        return [found[name] for name in KINDS]

    def _material(self) -> Material:
        from models.training.measured_losses import gather

        lengths = self._lengths
        return gather(*self._given, most=lengths.photos, styles=lengths.styles, anew=lengths.added > 0)

    def _losses(self) -> list[Row]:
        from models.training.measured_losses import measure_losses

        material = self._material()
        found = measure_losses(material, self._say)
        return [
            KINDS[f"loss_vs_optimised_{size}"].row(losses.of_steps[50], _losses_in_words(losses, material))
            for size, losses in found.items()
        ]

    def _added(self) -> list[Row]:
        if not self._lengths.added:
            raise BenchError("fitting a style takes minutes; the full run does it")
        from models.training.measured_losses import measure_added

        found = measure_added(self._material(), self._lengths.added, self._say)
        how = (
            f"total loss of {', '.join(found.styles)}: rows fitted anew from other styles', with the network still and "
            "by the perceptual network that ships, over the rows as trained; the network had learned from these "
            "paintings too; losses by the perceptual network that is given"
        )
        return [
            KINDS["added_vs_trained"].row(found.ratio, how),
            KINDS["add_minutes"].row(found.minutes, "fitting fine and swift, one after the other; the slowest style"),
        ]

    def _photos(self, width: int, height: int, most: int) -> list[Frames]:
        """The photos to paint: those given that no network was trained on, or ours."""
        from models.training.pictures import fitted, list_pictures, load_picture
        from models.training.recipe import Recipe

        seen = Recipe.load().photos
        paths = [path for path in list_pictures(self._given[0] or PHOTOS) if path.name not in seen]
        if not paths:
            raise BenchError(f"the networks were trained on every photo in {self._given[0]}")
        return [fitted(load_picture(path), width, height) for path in paths[:most]]

    def _flicker(self) -> list[Row]:
        self._say("painting with noise and with shifts")
        photos = self._photos(WIDTH + 2, HEIGHT + 2, self._lengths.photos)
        found = measure_flicker("fine", photos, self._lengths.every)
        worst = max(found.noise, key=lambda id_: found.noise[id_])
        swift = measure_flicker("swift", photos, self._lengths.every)
        about = f"fine, {len(found.noise)} styles, {len(photos)} photos at {WIDTH}x{HEIGHT}"
        mean = float(np.mean(list(found.noise.values())))
        beside = float(np.mean(list(swift.noise.values())))
        noise = f"{about}; sensor noise of 4 levels; swift beside it: {beside:.2f}"
        shift = f"{about}; a pixel to the right and a pixel down, moved back; swift beside it: {swift.shift_levels:.2f}"
        return [
            KINDS["flicker_noise_mean"].row(mean, noise),
            KINDS["flicker_noise_worst"].row(found.noise[worst], f"{worst}; {about}"),
            KINDS["flicker_shift"].row(found.shift_levels, shift),
        ]

    def _speed(self) -> list[Row]:
        self._say("timing fine and swift")
        (photo,) = self._photos(WIDTH, HEIGHT, 1)
        rates = measure_speed(photo, self._lengths.rounds)
        how = f"{WIDTH}x{HEIGHT}, OpenVINO: fine {rates['fine']:.1f}, swift {rates['swift']:.1f} frames/s"
        return [KINDS["swift_speedup"].row(rates["swift"] / rates["fine"], how)]

    def _parity_of(self, form: str) -> Callable[[], list[Row]]:
        def measure() -> list[Row]:
            from models.training.measured_parity import measure_parity

            self._say(f"comparing with torch: {form}")
            found = measure_parity(form, self._photos(*SMALL_PX, 1), self._lengths.every)
            how = f"the worst of {found.painted} pictures of {SMALL_PX[0]}x{SMALL_PX[1]}: {found.where}"
            return [KINDS[form].row(found.worst_db, how)]

        return measure


def _losses_in_words(losses: Losses, material: Material) -> str:
    fitted_ = f", {losses.fitted} of them fitted first" if losses.fitted else ""
    worst, ratio = losses.worst
    return (
        f"total loss over that of optimising the picture for 50 steps of Adam at 0.03 from the photo, "
        f"{len(material.photos)} photos not trained on ({', '.join(material.photos)}), mean of {losses.styles} styles"
        f"{fitted_}; of 100 steps: {losses.of_steps[100]:.3f}; worst: {worst} {ratio:.2f}"
    )
