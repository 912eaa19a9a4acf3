"""What a card paints is held against what the CPU paints before anybody sees it."""

import numpy as np
import pytest

from models.errors import EngineError
from models.runtime.choice import Opened
from models.runtime.engine import Terms
from models.runtime.openvino import OpenVinoEngine
from models.runtime.profile import Profile, Range
from models.style import engine as style_engine
from models.style.engine import open_painter
from models.style.model import SHIPPED_MODEL
from models.style.parity import LEAST_DB, agreement_db, psnr_db, trial_picture, trial_size


@pytest.fixture(scope="module")
def painter():
    painter = open_painter("openvino")
    yield painter
    painter.close()


class Spoilt:
    """A painter whose pictures are changed."""

    def __init__(self, painter, change):
        self._painter, self._change = painter, change
        self.styles, self.description = painter.styles, "a spoilt painter"

    def paint(self, frames, weights, strength):
        return self._change(self._painter.paint(frames, weights, strength))


def test_the_trial_picture_has_something_for_every_part_of_a_network():
    picture = trial_picture(96, 64)
    assert (picture.shape, picture.dtype) == ((1, 64, 96, 3), np.uint8)
    assert (picture[0, :20, :30] == 10).all()
    assert picture.std() > 40
    assert np.array_equal(picture, trial_picture(96, 64))


def test_two_painters_of_one_network_agree(painter):
    other = open_painter("onnxruntime")
    assert agreement_db(painter, other, (64, 48)) > 40
    other.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda painted: painted[:, :, ::-1],  # mirrored
        lambda painted: painted[..., ::-1],  # red for blue
        np.zeros_like,
        lambda painted: painted // 2 + 60,
    ],
)
def test_what_is_wrong_falls_well_below_the_bound(painter, change):
    assert agreement_db(Spoilt(painter, change), painter, (64, 48)) < LEAST_DB - 10


def test_half_precision_stays_well_above_the_bound(painter):
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'vernissage[torch]'")
    from models.style.polyphase import load_polyphase

    module = load_polyphase(SHIPPED_MODEL.with_suffix(".safetensors")).half()
    table = style_engine.StyleTable.load(SHIPPED_MODEL.with_suffix(".safetensors"))

    class Half:
        styles, description = table.ids, "torch in fp16"

        def paint(self, frames, weights, strength):
            with torch.no_grad():
                inputs = (torch.from_numpy(x) for x in (frames, table.mix(weights), strength))
                return module(*inputs).numpy()

    exact = open_painter("onnxruntime")
    assert agreement_db(Half(), exact, (128, 96)) > LEAST_DB + 10
    exact.close()


def test_the_trial_has_a_size_that_the_engine_takes():
    lens = Profile("lens", {"batch": Range(1, 8, 8), "height": Range(224, 480, 640), "width": Range(216, 360, 640)})
    assert trial_size((lens,)) == (216, 224)
    assert trial_size(()) == (128, 96)


class CardEngine(OpenVinoEngine):
    """Says that it is on a card."""

    in_flight = 2
    wrong = False

    def run(self, inputs):
        painted = super().run(inputs)
        return painted[:, ::-1] if self.wrong else painted


def opened_on_a_card(monkeypatch, wrong):
    engine = CardEngine(SHIPPED_MODEL)
    engine.wrong = wrong

    def open_engine(name, model, terms, *, check):
        check(engine)
        return Opened(engine)

    monkeypatch.setattr(style_engine, "open_engine", open_engine)
    return open_painter("torch", None, Terms())


def test_a_card_that_paints_as_the_cpu_does_is_taken(monkeypatch):
    opened_on_a_card(monkeypatch, wrong=False).close()


def test_a_card_that_paints_otherwise_is_refused_with_the_figures(monkeypatch):
    words = r"OpenVINO .* paints otherwise than OpenVINO .*: expected at least 35 dB .*, got 1?\d\.\d"
    with pytest.raises(EngineError, match=words):
        opened_on_a_card(monkeypatch, wrong=True)


def test_psnr_of_equal_pictures_is_infinite_and_of_opposite_ones_nothing():
    black = np.zeros((2, 2, 3), np.uint8)
    assert psnr_db(black, black) == float("inf")
    assert psnr_db(black, black + 255) == 0
