"""Steps of equal size in every direction of a convolution's kernel: fewer of them are needed than of Adam's.

Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks". torch.optim.Muon takes matrices only; a
kernel is one here, a row for each output. For kernels that a norm follows, whose own size means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # Jordan's: singular values go to about 1 in five rounds
ROUNDS = 5
MOMENTUM = 0.95


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, made orthogonal. kernels: any shape of two dimensions or more; lr: about 0.02."""

    def __init__(self, kernels: Iterable[nn.Parameter], lr: float) -> None:
        super().__init__(kernels, {"lr": lr})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # noqa: ARG002, as every optimiser takes one
        """Move every kernel that has a gradient."""
        for group in self.param_groups:
            for kernel in group["params"]:
                if kernel.grad is not None:
                    kernel.add_(self._direction(kernel), alpha=-group["lr"])

    def _direction(self, kernel: Tensor) -> Tensor:
        mean = self.state[kernel].setdefault("mean", torch.zeros_like(kernel))
        mean.lerp_(kernel.grad, 1 - MOMENTUM)
        matrix = kernel.grad.lerp(mean, MOMENTUM).flatten(1)
        larger = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
        return larger * orthogonal(matrix).view_as(kernel)


def orthogonal(matrix: Tensor) -> Tensor:
    """The matrix nearest to M x N with singular values of about 1, by Newton-Schulz."""
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if tall else matrix) / (matrix.norm() + 1e-7)
    for _ in range(ROUNDS):
        squared = x @ x.T
        x = a * x + (b * squared + c * squared @ squared) @ x
    return x.T if tall else x
