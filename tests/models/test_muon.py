"""The optimiser of kernels: steps of one size in every direction."""

import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install 'vernissage[train]'")

from models.training.muon import Muon, orthogonal  # noqa: E402


@pytest.mark.parametrize("shape", [(8, 40), (40, 8)])
def test_every_singular_value_of_a_step_is_about_one(shape):
    torch.manual_seed(0)
    matrix = torch.randn(shape) * torch.logspace(-0.5, 0.5, shape[1])
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert len(values) == min(shape)
    assert float(values.min()) > 0.5
    assert float(values.max()) < 1.3


def test_kernels_are_moved_against_their_gradient_and_others_stay():
    torch.manual_seed(0)
    kernel, other = (torch.nn.Parameter(torch.randn(6, 3, 3, 3)) for _ in range(2))
    before = other.detach().clone()
    optimiser = Muon([kernel, other], lr=0.2)
    wanted = torch.randn(6, 3, 3, 3)
    losses = []
    for _ in range(60):
        optimiser.zero_grad()
        loss = (kernel - wanted).square().mean()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 20
    assert torch.equal(other, before)


def test_it_goes_on_where_it_was_saved():
    torch.manual_seed(0)
    start, gradients = torch.randn(4, 2, 3, 3), torch.randn(4, 4, 2, 3, 3)

    def walk(kernel, optimiser, some):
        for gradient in some:
            kernel.grad = gradient.clone()
            optimiser.step()

    whole = torch.nn.Parameter(start.clone())
    walk(whole, Muon([whole], lr=0.1), gradients)
    first = torch.nn.Parameter(start.clone())
    before = Muon([first], lr=0.1)
    walk(first, before, gradients[:2])
    again = torch.nn.Parameter(first.detach().clone())
    after = Muon([again], lr=0.1)
    after.load_state_dict(before.state_dict())
    walk(again, after, gradients[2:])
    assert torch.allclose(again, whole)
