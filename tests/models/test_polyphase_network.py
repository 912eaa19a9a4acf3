"""The network as cards run it paints what the network paints; its kernels do what the plain steps do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'vernissage[torch]'")

from models.style.model import SHIPPED_MODEL  # noqa: E402
from models.style.network import StyleNetwork  # noqa: E402
from models.style.parity import psnr_db  # noqa: E402
from models.style.polyphase import load_network, load_polyphase, polyphase  # noqa: E402
from models.style.polyphase_steps import PlainSteps  # noqa: E402
from models.style.shape import Shape  # noqa: E402
from models.style.work import work  # noqa: E402
from models.training.scenes import draw_scene  # noqa: E402

WEIGHTS = SHIPPED_MODEL.with_suffix(".safetensors")
INTERPRETED = """
import json, torch
from models.style import polyphase_kernels
from models.style.network import StyleNetwork
from models.style.polyphase import polyphase
from models.style.polyphase_steps import Border, Norm, PlainSteps, Sheet
from models.style.shape import Shape

polyphase_kernels.PARTS = 4
torch.manual_seed(0)
plain, fused, found = PlainSteps(), polyphase_kernels.FusedSteps(), {}

def note(name, a, b):
    found[name] = float((a.float() - b.float()).abs().max())

frames = torch.randint(0, 256, (2, 17, 19, 3), dtype=torch.uint8)
ends = Border(3, 4, True)
note("prepare", plain.prepare(frames, ends, torch.float32), fused.prepare(frames, ends, torch.float32))
for phases, height, width in ((1, 5, 7), (4, 9, 13), (1, 2, 3), (4, 17, 18)):
    rows, columns = (height, width) if phases == 1 else ((height + 1) // 2, (width + 1) // 2)
    sheet = Sheet(torch.randn(2, rows, columns, phases * 8) + 3, phases, 8, height, width)
    moments = plain.moments(sheet)
    note(f"moments {phases} {height}", moments, fused.moments(sheet))
    residual = torch.randn(2, height + 2, width + 2, 8)
    for border in (Border(1, 1, True), Border(1, 1, False), Border(1, 4, True), Border(3, 4, True)):
        if border.pixels >= min(height, width):
            continue
        for relu, added in ((True, None), (False, residual)):
            norm = Norm(torch.randn(2, 8), torch.randn(2, 8), relu)
            a, b = (steps.apply(sheet, moments, norm, border, added) for steps in (plain, fused))
            note(f"apply {phases} {height} {border} {relu}", a, b)
last = Sheet(torch.randn(2, 9, 10, 16), 4, 3, 18, 20)
inputs = (torch.randn(3), frames, torch.tensor([0.3, 1.0]))
note("finish", plain.finish(last, *inputs), fused.finish(last, *inputs))
network = StyleNetwork(Shape(width=4, blocks=1), 3).eval()
torch.nn.init.normal_(network.table, std=0.5)
fast = polyphase(network)
fast._plain = fused
with torch.no_grad():
    for height, width in ((16, 16), (17, 19)):
        some = torch.randint(0, 256, (2, height, width, 3), dtype=torch.uint8)
        given = (some, network.table[:2], torch.tensor([0.0, 1.0]))
        note(f"network {height}", network(*given), fast(*given))
        note(f"strength 0 {height}", given[0][0], fast(*given)[0])
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def small():
    torch.manual_seed(0)
    network = StyleNetwork(Shape(width=4, blocks=2), 3).eval()
    torch.nn.init.normal_(network.table, std=0.5)
    return network


@pytest.mark.parametrize(("height", "width"), [(16, 16), (17, 19), (33, 47), (45, 60)])
def test_it_paints_what_the_network_paints_whatever_the_size(small, height, width):
    frames = torch.randint(0, 256, (3, height, width, 3), dtype=torch.uint8)
    given = (frames, small.table, torch.tensor([0.0, 0.5, 1.0]))
    with torch.no_grad():
        wanted, got = small(*given), polyphase(small)(*given)
    assert got.dtype == torch.uint8
    assert (wanted.int() - got.int()).abs().max() <= 1
    assert torch.equal(got[0], frames[0])


def test_a_row_is_painted_the_same_alone_and_among_others(small):
    frames = torch.randint(0, 256, (3, 24, 31, 3), dtype=torch.uint8)
    fast = polyphase(small)
    with torch.no_grad():
        together = fast(frames, small.table, torch.ones(3))
        alone = fast(frames[1:2], small.table[1:2], torch.ones(1))
    assert (together[1:2].int() - alone.int()).abs().max() <= 1


@pytest.mark.slow
@pytest.mark.parametrize("picture", ["scene", "black", "grey", "dark"])
def test_in_half_precision_it_stays_near_fp32_in_every_style(picture):
    random = np.random.default_rng(1)
    frame = {
        "scene": draw_scene("harbour", 121, 89, 2),
        "black": np.zeros((65, 81, 3), np.uint8),
        "grey": np.full((65, 81, 3), 117, np.uint8),
        "dark": random.integers(3, 6, (65, 81, 3), np.uint8),
    }[picture]
    network, half = load_network(WEIGHTS), load_polyphase(WEIGHTS).half()
    count = len(network.table)
    given = (torch.from_numpy(frame).expand(count, -1, -1, -1), network.table.detach(), torch.ones(count))
    with torch.no_grad():
        pairs = zip(network(*given).numpy(), half(*given).numpy(), strict=True)
    assert min(psnr_db(a, b) for a, b in pairs) >= 45


@pytest.mark.slow
def test_the_kernels_do_what_the_plain_steps_do():
    pytest.importorskip("triton", reason="Triton is not installed: pip install 'vernissage[torch]'")
    root = Path(__file__).parents[2]
    environment = os.environ | {"TRITON_INTERPRET": "1", "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", INTERPRETED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=170)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) > 25
    whole = {
        name: difference for name, difference in found.items() if name.startswith(("network", "strength", "finish"))
    }
    assert max(whole.values()) <= 1
    assert all(whole[name] == 0 for name in whole if name.startswith("strength"))
    assert max(difference for name, difference in found.items() if name not in whole) < 1e-4


def test_without_triton_it_paints_with_plain_steps_and_says_so(small, monkeypatch, caplog):
    monkeypatch.setattr("models.style.polyphase.find_spec", lambda name: None)
    assert isinstance(polyphase(small)._fused, PlainSteps)
    assert "Triton is not installed" in caplog.text


def test_the_work_of_a_frame_is_counted_layer_by_layer():
    found = work(Shape(width=4, blocks=0, end_kernel=3), 8, 8)
    convolved = [(3 * 64, 4 * 64, 9 * 3 * 4 * 64), (4 * 64, 8 * 16, 9 * 4 * 8 * 16), (8 * 16, 16 * 4, 9 * 8 * 16 * 4)]
    convolved += [(16 * 4, 8 * 16, 9 * 16 * 8 * 16), (8 * 16, 4 * 64, 9 * 8 * 4 * 64), (4 * 64, 3 * 64, 9 * 4 * 3 * 64)]
    assert found.flops == sum(2 * multiplied for _, _, multiplied in convolved)
    least = 2 * sum(taken + given for taken, given, _ in convolved) + 2 * 3 * 64
    assert found.least_bytes == least
    assert found.layer_bytes == least + 2 * sum(2 * given for _, given, _ in convolved[:-1])
    assert found.seconds(least, 1e30, least=True) == 1
    assert found.seconds(1e30, found.flops) == 1
