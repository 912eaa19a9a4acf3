"""Says how much words matter to an exported model: ranks among twenty prompts, and the contact sheet.

    python -m models.training.pigment.judge --model models/generate/weights/pigment --draws 10 --sheet docs/pigment.jpg
    python -m models.training.pigment.judge --model models/generate/weights/pigment --draws 10 --plain
    python -m models.training.pigment.judge --pictures runs/recoloured --draws 10       # the ceiling: true captions

One picture for each prompt, its seed fixed beforehand: the prompt's place in its draw. Pictures are made as the server
makes them, with the folder's read-out; --plain: as diffusers' own pipeline makes them, which knows of none.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.generate.colours import COLOURS
from models.generate.measure import WORDS, prompts, rank
from models.generate.opening import open_folder
from models.generate.wish import Wish
from models.runtime.engine import Terms
from models.training.pictures import encode_jpeg
from models.training.pigment.captions import load_words

AMONG = 20
LARGEST_SHEET_BYTES = 250_000
CELL_PX = 128
Drawn = NDArray[np.uint8]  # N x H x W x 3
Draw = Callable[[Sequence[str], Sequence[int]], Drawn]  # a picture for each of these words, and its seed

ROWS = (
    ("red", "blue", "green violet", "gold black", "pink cream", "turquoise orange", "grey", "lime magenta"),
    ("dark red", "pale blue", "vivid yellow", "muted green", "cold", "warm", "stark black white", "colourful"),
    ("horizontal", "vertical blue", "diagonal", "circles red", "rings", "grid yellow", "spiral", "checker pink black"),
    ("mosaic", "rays orange", "cross", "triangles", "drips", "splashes blue", "arches", "veil lilac"),
    ("sea blue", "waves turquoise", "mountains violet", "meadow green", "city night", "forest autumn", "desert",
     "river winter"),
    ("sun sea orange", "moon hills navy", "stars city", "boat waves", "cypress hills", "house meadow", "flower pink",
     "bridge dusk"),
    ("van gogh", "monet", "hokusai", "munch", "kandinsky", "picabia", "mondrian", "turner"),
    ("sea van gogh", "mountains monet", "sun munch", "city mondrian", "circles kandinsky", "tree hokusai",
     "forest leger", "house gauguin"),
    ("serene", "stormy sea", "joyful", "melancholy", "fiery", "icy", "dreamy", "festive"),
)  # fmt: skip
"""Rows of the contact sheet: colours, light, compositions, lands, guests, manners, manners of motifs, moods."""


@contextmanager
def drawing(model: Path, *, plain: bool) -> Iterator[Draw]:
    """What draws with an exported folder, with its own settings: the server's generator, or diffusers' pipeline."""
    if plain:
        yield _pipeline(model)
        return
    with closing(open_folder(model, "openvino", Terms(threads=1))) as generator:

        def draw(texts: Sequence[str], seeds: Sequence[int]) -> Drawn:
            sketches = [generator.begin(Wish(text, seed)) for text, seed in zip(texts, seeds, strict=True)]
            while not all(sketch.done for sketch in sketches):
                generator.step(sketches)
            return generator.finish(sketches)

        yield draw


def _pipeline(model: Path) -> Draw:
    import torch
    from diffusers import AutoencoderTiny, DDIMScheduler, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTokenizer

    from models.training.pigment.sampling import Sampler

    card = json.loads((model / "vernissage.json").read_text(encoding="utf-8"))
    sampler = Sampler(
        CLIPTextModel.from_pretrained(model / "text_encoder", torch_dtype=torch.float32),
        UNet2DConditionModel.from_pretrained(model / "unet", torch_dtype=torch.float32),
        AutoencoderTiny.from_pretrained(model / "vae", torch_dtype=torch.float32),
        CLIPTokenizer.from_pretrained(model / "tokenizer"),
        DDIMScheduler.from_pretrained(model / "scheduler"),
    )
    return lambda texts, seeds: sampler.draw(texts, seeds, card["steps"], card["guidance"])


def ranks_of_model(draw: Draw, draws: int) -> list[list[int]]:
    """Ranks of AMONG prompts, `draws` times with other prompts."""
    found = []
    for seed in range(draws):
        asking = prompts(AMONG, seed)
        pictures = draw([" ".join(words) for words in asking], range(AMONG * seed, AMONG * (seed + 1)))
        found.append(rank(asking, list(pictures)))
    return found


def by_colours(found: Sequence[Sequence[int]]) -> dict[int, float]:
    """The share that came first, of prompts with one, two and three colours; found: as ranks_of_model returns it."""
    firsts: dict[int, list[bool]] = {1: [], 2: [], 3: []}
    for seed, ranks in enumerate(found):
        for words, place in zip(prompts(AMONG, seed), ranks, strict=True):
            firsts[sum(word in COLOURS for word in words)].append(place == 0)
    return {count: round(float(np.mean(places)), 3) for count, places in firsts.items() if places}


def ranks_of_pictures(folder: Path, draws: int) -> list[list[int]]:
    """The same of training pictures with what is true of them: how good any model could be by this measure."""
    pictures, words = np.load(folder / "pictures.npy", mmap_mode="r"), load_words(folder)
    random, found = np.random.default_rng(0), []
    for _ in range(draws):
        chosen = random.choice(len(pictures), AMONG, replace=False)
        asking = [(*list(words[i].colours)[:3], *[w for w in words[i].light if w in WORDS][:2]) for i in chosen]
        found.append(rank(asking, [np.asarray(pictures[i]) for i in chosen]))
    return found


def contact_sheet(draw: Draw, path: Path) -> None:
    """ROWS as a JPEG, each picture with its words beneath."""
    rows = []
    for index, texts in enumerate(ROWS):
        pictures = draw(texts, [100 + 8 * index + at for at in range(len(texts))])
        rows.append(np.hstack([_labelled(picture, text) for picture, text in zip(pictures, texts, strict=True)]))
    path.write_bytes(encode_jpeg(np.vstack(rows), LARGEST_SHEET_BYTES))


def _labelled(picture: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    small = cv2.resize(picture, (CELL_PX, CELL_PX), interpolation=cv2.INTER_AREA)
    strip = np.full((16, CELL_PX, 3), 255, np.uint8)
    cv2.putText(strip, text, (3, 11), cv2.FONT_HERSHEY_SIMPLEX, 0.34, (40, 40, 40), 1, cv2.LINE_AA)
    return np.vstack([small, strip]).astype(np.uint8)


def main() -> None:
    """Parse the command line, draw and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--plain", action="store_true", help="as diffusers' pipeline draws")
    given = parser.parse_args()
    if not given.model:
        report(ranks_of_pictures(given.pictures, given.draws))
        return
    with drawing(given.model, plain=given.plain) as draw:
        found = ranks_of_model(draw, given.draws)
        report(found)
        sys.stdout.write(f"first, by the number of colours asked for: {by_colours(found)}\n")
        if given.sheet:
            contact_sheet(draw, given.sheet)


def report(found: Sequence[Sequence[int]]) -> None:
    """Print the shares."""
    firsts = [sum(place == 0 for place in ranks) / AMONG for ranks in found]
    sys.stdout.write(
        f"first among {AMONG}: {np.mean(firsts):.3f} of {AMONG * len(found)} prompts; by draw {firsts}\n"
        f"mean rank {np.mean(found):.2f}; among the first three {np.mean(np.array(found) < 3):.3f}\n"
    )


if __name__ == "__main__":
    main()
