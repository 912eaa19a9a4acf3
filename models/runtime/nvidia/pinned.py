"""Pinned memory of the host, as arrays that find their way back by themselves. Knows no model.

Pinning takes a millisecond and more, so blocks are kept: an array's block is free again when nobody holds the array,
or a view of it, any more.
"""

from __future__ import annotations

import ctypes
import math
import weakref
from collections import defaultdict, deque
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from models.runtime.engine import Array
from models.runtime.nvidia.cuda import Cuda

LEAST_BLOCK_BYTES = 4096


class PinnedPool:
    """Pinned blocks whose sizes are powers of two. Arrays may be taken, and let go of, in any thread."""

    def __init__(self, cuda: Cuda) -> None:
        self._cuda = cuda
        self._sizes: dict[int, int] = {}  # of every block, by address
        self._free: dict[int, list[int]] = defaultdict(list)  # addresses by size
        # Addresses of arrays that are gone. The collector may find one in the midst of anything: so without the lock.
        self._returned: deque[int] = deque()
        self._closed = False
        self._lock = Lock()

    def take(self, shape: tuple[int, ...], dtype: str = "uint8") -> Array:
        """An array in pinned memory; what is in it is left over from others."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        block = max(LEAST_BLOCK_BYTES, 1 << max(size - 1, 0).bit_length())
        with self._lock:
            self._sort()
            free = self._free[block]
            address = free.pop() if free else self._pin(block)
        return self._lend(address, block)[:size].view(dtype).reshape(shape)

    def hold(self, array: Array) -> Array:
        """The array itself if it begins a block of this pool, else a copy in one."""
        here = self._sizes.get(array.ctypes.data, 0) >= array.nbytes
        if here and array.flags.c_contiguous:
            return array
        copy = self.take(array.shape, str(array.dtype))
        np.copyto(copy, array)
        return copy

    def close(self) -> None:
        """Give back what is free now, and later what is still held."""
        with self._lock:
            self._sort()
            self._closed = True
            blocks = [address for addresses in self._free.values() for address in addresses]
            self._free.clear()
        self._returned.extend(blocks)
        self._unpin_returned()

    def _pin(self, block: int) -> int:
        address = self._cuda.pin(block)
        self._sizes[address] = block
        return address

    def _lend(self, address: int, block: int) -> NDArray[np.uint8]:
        whole = np.ctypeslib.as_array((ctypes.c_uint8 * block).from_address(address))
        weakref.finalize(whole, self._return, address).atexit = False  # views hold `whole` as their base
        return whole

    def _return(self, address: int) -> None:
        self._returned.append(address)
        if self._closed:
            self._unpin_returned()

    def _sort(self) -> None:
        while self._returned:
            address = self._returned.popleft()
            self._free[self._sizes[address]].append(address)

    def _unpin_returned(self) -> None:
        while True:
            try:
                address = self._returned.popleft()
            except IndexError:
                return
            self._sizes.pop(address, None)
            self._cuda.unpin(address)
