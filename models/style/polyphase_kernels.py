"""The polyphase network's steps as Triton kernels: each reads its input once and writes its output once.

Written for any size: a kernel is compiled once for each kind of layer, not for each size of picture. Sums are made in a
fixed order, so that a frame is painted the same in every batch.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from models.style.polyphase_steps import ENDS, EPSILON, Border, Norm, Sheet

PARTS = 128  # of a picture, each summed up by itself: enough to keep every multiprocessor busy with one frame
_TILE = 64  # pixels at a time
_BYTES = 1024  # colours at a time, in the last step


class FusedSteps:
    """The steps on a card. On a CPU they run only in Triton's interpreter (TRITON_INTERPRET=1), for tests."""

    def prepare(self, frames: Tensor, border: Border, dtype: torch.dtype) -> Tensor:
        count, height, width = frames.shape[:3]
        rows, columns, taps = border.stored(height), border.stored(width) - border.pixels, border.pixels + 1
        out = torch.empty((count, rows, columns, taps * ENDS), dtype=dtype, device=frames.device)
        grid = (triton.cdiv(rows * columns, _TILE), count)
        _prepare[grid](frames.contiguous(), out, height, width, rows, columns, border.pixels, taps, ENDS, _TILE)
        return out

    def moments(self, sheet: Sheet) -> Tensor:
        data, channels, phases = sheet.data, sheet.channels, sheet.phases
        count, rows, columns = data.shape[:3]
        parts = torch.empty((count, PARTS, 2, phases * channels), dtype=torch.float32, device=data.device)
        moments = torch.empty((count, 2, channels), dtype=torch.float32, device=data.device)
        done = torch.zeros(count, dtype=torch.int32, device=data.device)
        tiles = triton.cdiv(triton.cdiv(rows * columns, PARTS), _TILE)
        size = (sheet.height, sheet.width, rows, columns)
        _moments[PARTS, count](data, parts, done, moments, *size, tiles, EPSILON, phases, channels, PARTS, _TILE)
        return moments

    def apply(self, sheet: Sheet, moments: Tensor, norm: Norm, border: Border, residual: Tensor | None) -> Tensor:
        data = sheet.data
        count = data.shape[0]
        rows, columns = border.stored(sheet.height), border.stored(sheet.width)
        numbers = border.phases * sheet.channels
        out = torch.empty((count, rows, columns, numbers), dtype=data.dtype, device=data.device)
        grid = (triton.cdiv(rows * columns, _TILE), count)
        _apply[grid](
            *(data, moments, norm.scale, norm.shift, data if residual is None else residual, out),
            *(sheet.height, sheet.width, data.shape[1], data.shape[2], rows, columns, norm.scale.stride(0)),
            *(sheet.phases, border.phases, sheet.channels, border.pixels, border.reflected),
            *(norm.relu, residual is not None, _TILE),
        )
        return out

    def finish(self, sheet: Sheet, bias: Tensor, frames: Tensor, strength: Tensor) -> Tensor:
        count, height, width = frames.shape[:3]
        out = torch.empty_like(frames)
        grid = (triton.cdiv(height * width * 3, _BYTES), count)
        rows, columns = sheet.data.shape[1:3]
        _finish[grid](sheet.data, bias, frames, strength, out, height, width, rows, columns, ENDS, _BYTES)
        return out


@triton.jit
def _source(at, size, reflected: tl.constexpr):
    """Which row or column of the picture one with the border comes from."""
    if reflected:
        at = tl.abs(at)
        at = tl.where(at >= size, 2 * (size - 1) - at, at)
    return tl.minimum(tl.maximum(at, 0), size - 1)


@triton.jit(do_not_specialize=["height", "width", "rows", "columns"])
def _prepare(
    frames,
    out,
    height,
    width,
    rows,
    columns,
    pixels: tl.constexpr,
    taps: tl.constexpr,
    numbers: tl.constexpr,
    tile: tl.constexpr,
):
    picture = tl.program_id(1).to(tl.int64)
    square = tl.program_id(0) * tile + tl.arange(0, tile)[:, None]
    number = tl.arange(0, numbers)[None, :]
    phase = number // 3
    inside = square < rows * columns
    start = frames + picture * height * width * 3 + number % 3
    sample = tl.arange(0, 64)[:, None]
    sampled = ((2 * (sample // 8) + 1) * height // 16) * width + (2 * (sample % 8) + 1) * width // 16
    centre = tl.sum(tl.load(start + sampled * 3).to(tl.float32), axis=0)[None, :] / 64.0
    row = _source(2 * (square // columns) + phase // 2 - pixels, height, True)
    base = start + row * width * 3
    filled = out + picture * rows * columns * (taps * numbers) + square * (taps * numbers) + number
    for tap in tl.static_range(taps):
        column = _source(2 * (square % columns + tap) + phase % 2 - pixels, width, True)
        level = tl.load(base + column * 3, mask=inside & (number < 12), other=0)
        value = tl.where(number < 12, (level.to(tl.float32) - centre) * (2.0 / 255.0), 0.0)
        tl.store(filled + tap * numbers, value.to(out.dtype.element_ty), mask=inside)


@triton.jit(do_not_specialize=["height", "width", "rows", "columns", "tiles", "epsilon"])
def _moments(
    data,
    parts,
    done,
    moments,
    height,
    width,
    rows,
    columns,
    tiles,
    epsilon,
    phases: tl.constexpr,
    channels: tl.constexpr,
    count: tl.constexpr,
    tile: tl.constexpr,
):
    """Sums, and sums of squares, of what lies above the picture's first pixel: without it they would cancel out.

    Whichever program is the last of its picture to finish adds the parts up, always in the same order.
    """
    numbers: tl.constexpr = phases * channels
    picture, part = tl.program_id(1).to(tl.int64), tl.program_id(0)
    number = tl.arange(0, numbers)
    base = data + picture * rows * columns * numbers
    pivot = tl.load(base + number % channels).to(tl.float32)[None, :]
    total, squares = tl.zeros((tile, numbers), tl.float32), tl.zeros((tile, numbers), tl.float32)
    phase = (number // channels)[None, :]
    step = part * tiles
    while step < (part + 1) * tiles:
        square = step * tile + tl.arange(0, tile)[:, None]
        inside = square < rows * columns
        if phases == 4:
            inside = inside & (2 * (square // columns) + phase // 2 < height)
            inside = inside & (2 * (square % columns) + phase % 2 < width)
        value = tl.load(base + square * numbers + number[None, :], mask=inside, other=0.0).to(tl.float32)
        above = tl.where(inside, value - pivot, 0.0)
        total += above
        squares += above * above
        step += 1
    at = parts + (picture * count + part) * 2 * numbers + number
    tl.store(at, tl.sum(total, axis=0))
    tl.store(at + numbers, tl.sum(squares, axis=0))
    tl.debug_barrier()  # all of this program's sums are written before it says so
    if tl.atomic_add(done + picture, 1, sem="acq_rel") == count - 1:
        _add_up(data, parts, moments, picture, height * width, rows * columns, epsilon, phases, channels, count)


@triton.jit
def _add_up(
    data,
    parts,
    moments,
    picture,
    pixels,
    squares_in,
    epsilon,
    phases: tl.constexpr,
    channels: tl.constexpr,
    count: tl.constexpr,
):
    """One picture's mean and 1 / deviation from the sums of its parts; those are read past the nearest cache."""
    numbers: tl.constexpr = phases * channels
    channel, part = tl.arange(0, channels), tl.arange(0, count)[:, None]
    total, squares = tl.zeros((channels,), tl.float32), tl.zeros((channels,), tl.float32)
    for phase in tl.static_range(phases):
        at = parts + (picture * count + part) * 2 * numbers + phase * channels + channel[None, :]
        total += tl.sum(tl.load(at, cache_modifier=".cg"), axis=0)
        squares += tl.sum(tl.load(at + numbers, cache_modifier=".cg"), axis=0)
    above = total / pixels
    pivot = tl.load(data + picture * squares_in * numbers + channel).to(tl.float32)
    tl.store(moments + picture * 2 * channels + channel, pivot + above)
    variance = tl.maximum(squares / pixels - above * above, 0.0)
    tl.store(moments + picture * 2 * channels + channels + channel, 1.0 / tl.sqrt(variance + epsilon))


@triton.jit(do_not_specialize=["height", "width", "rows_in", "columns_in", "rows", "columns", "style_stride"])
def _apply(
    data,
    moments,
    scale,
    shift,
    residual,
    out,
    height,
    width,
    rows_in,
    columns_in,
    rows,
    columns,
    style_stride,
    phases_in: tl.constexpr,
    phases: tl.constexpr,
    channels: tl.constexpr,
    pixels: tl.constexpr,
    reflected: tl.constexpr,
    relu: tl.constexpr,
    added: tl.constexpr,
    tile: tl.constexpr,
):
    numbers: tl.constexpr = phases * channels
    picture = tl.program_id(1).to(tl.int64)
    square = tl.program_id(0) * tile + tl.arange(0, tile)[:, None]
    channel = tl.arange(0, channels)[None, :]
    inside = square < rows * columns
    mean = tl.load(moments + picture * 2 * channels + channel)
    rate = tl.load(moments + picture * 2 * channels + channels + channel)
    slope = tl.load(scale + picture * style_stride + channel) * rate
    offset = tl.load(shift + picture * style_stride + channel) - mean * slope
    base = data + picture * rows_in * columns_in * (phases_in * channels)
    stream = residual + picture * (height + 2) * (width + 2) * channels
    filled = out + picture * rows * columns * numbers + square * numbers
    for phase in tl.static_range(phases):  # one after the other: so each reads and writes its channels in one piece
        row, column = square // columns, square % columns
        if phases == 4:
            row, column = 2 * row + phase // 2, 2 * column + phase % 2
        row, column = _source(row - pixels, height, reflected), _source(column - pixels, width, reflected)
        if phases_in == 4:
            source = ((row // 2) * columns_in + column // 2) * 4 + (row % 2) * 2 + column % 2
        else:
            source = row * columns_in + column
        value = tl.load(base + source * channels + channel, mask=inside, other=0.0).to(tl.float32) * slope + offset
        if relu:
            value = tl.maximum(value, 0.0)
        if added:
            at = ((row + 1) * (width + 2) + column + 1) * channels
            value += tl.load(stream + at + channel, mask=inside, other=0.0).to(tl.float32)
        tl.store(filled + phase * channels + channel, value.to(out.dtype.element_ty), mask=inside)


@triton.jit(do_not_specialize=["height", "width", "rows", "columns"])
def _finish(
    data, bias, frames, strength, out, height, width, rows, columns, numbers: tl.constexpr, block: tl.constexpr
):
    picture = tl.program_id(1).to(tl.int64)
    at = tl.program_id(0) * block + tl.arange(0, block)
    inside = at < height * width * 3
    colour, pixel = at % 3, at // 3
    row, column = pixel // width, pixel % width
    phase = (row % 2) * 2 + column % 2
    square = (row // 2) * columns + column // 2
    base = data + picture * rows * columns * numbers
    value = tl.load(base + square * numbers + phase * 3 + colour, mask=inside, other=0.0).to(tl.float32)
    painted = 255.0 / (1.0 + tl.exp(-(value + tl.load(bias + colour).to(tl.float32))))
    level = tl.load(frames + picture * height * width * 3 + at, mask=inside, other=0).to(tl.float32)
    blended = level + tl.load(strength + picture) * (painted - level)
    rounded = tl.minimum(tl.maximum(tl.floor(blended + 0.5), 0.0), 255.0)
    tl.store(out + picture * height * width * 3 + at, rounded.to(tl.uint8), mask=inside)
