"""Several processes that train one model together: each has a batch of its own, gradients are averaged. Knows no model.

Started as torchrun does it, or by hand: RANK=0 and RANK=1, each with WORLD_SIZE=2, MASTER_ADDR=127.0.0.1 and
MASTER_PORT. On a shared machine this waits once a step instead of once an operation.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Workers:
    """Which of how many this process is."""

    rank: int = 0
    count: int = 1

    @staticmethod
    def join() -> Workers:
        """Meet the others that the environment tells of; alone where it tells of none."""
        count = int(os.environ.get("WORLD_SIZE", "1"))
        if count == 1:
            return Workers()
        torch.distributed.init_process_group("gloo")
        return Workers(int(os.environ["RANK"]), count)

    def average(self, parameters: Iterable[nn.Parameter], number: float) -> float:
        """Make every process's gradients their mean. Returns the mean of a number that each has, the same in all."""
        if self.count == 1:
            return number
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([*(g.flatten() for g in gradients), gradients[0].new_tensor([number])])
        torch.distributed.all_reduce(flat)
        flat /= self.count
        at = 0
        for gradient in gradients:
            gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
            at += gradient.numel()
        return float(flat[-1])

    def own(self, parameters: Sequence[nn.Parameter]) -> list[nn.Parameter]:
        """Those of the parameters that this process moves for all, where moving them is dear."""
        return list(parameters[self.rank :: self.count])

    def exchange(self, parameters: Sequence[nn.Parameter]) -> None:
        """Take over what each process has made of its own."""
        for rank in range(self.count if self.count > 1 else 0):
            owned = parameters[rank :: self.count]
            flat = torch.cat([p.detach().flatten() for p in owned])
            torch.distributed.broadcast(flat, rank)
            torch.nn.utils.vector_to_parameters(flat, owned)
