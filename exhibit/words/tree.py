"""A tree of letters that finds entries in a row of glyphs, however each glyph is read. Knows no language and no reason.

A search holds a set of states, each a node with what the way there cost; every glyph moves each state on by every
reading. A letter may be repeated ("blooood"), a separator passed over ("b.l.o-o_d"), a joker stand for any letter
("bl**d"). A state ends at a border or, for a stem, anywhere. So Scunthorpe is no find: no word starts inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from exhibit.words.glyphs import CLOSED, OVER_A_SPACE, Glyph

MOST_JOKERS = 3
MOST_STATES = 24  # a row of signs can be read in very many ways; those with the fewest guesses are kept


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: whose, and as it was written."""

    language: str
    written: str


class Find(NamedTuple):
    """An entry found in glyphs[start:end]."""

    start: int
    end: int
    entry: Entry


class _Node:
    __slots__ = ("char", "depth", "nexts", "stem", "word")

    def __init__(self, char: str, depth: int) -> None:
        self.char = char
        self.depth = depth
        self.nexts: dict[str, _Node] = {}
        self.word: Entry | None = None  # ends here
        self.stem: Entry | None = None  # ends here, or goes on with anything


class _State(NamedTuple):
    node: _Node
    start: int
    letters: int  # read as themselves
    signs: int  # digits and signs read as letters
    jokers: int
    least: int  # letters that the word must have, for the gaps it crossed


class Tree:
    """Entries by their letters; asked with glyphs."""

    def __init__(self) -> None:
        self._root = _Node("", 0)

    def add(self, words: tuple[str, ...], entry: Entry, *, is_stem: bool) -> None:
        """Adds a phrase of one or more words, as casefolded letters. The first of equal entries stays."""
        for path in {" ".join(words), "".join(words)}:
            node = self._root
            for char in path:
                node = node.nexts.setdefault(char, _Node(char, node.depth + (char != " ")))
            if is_stem:
                node.stem = node.stem or entry
            else:
                node.word = node.word or entry

    def finds(self, glyphs: list[Glyph], *, strict: bool = False) -> Iterator[Find]:
        """Every entry in a row that ends with END; `strict` takes letters as they stand, spaces where they belong."""
        step = _strict_moves if strict else _moves
        root = self._root
        states: list[_State] = []
        for place, glyph in enumerate(glyphs):
            if glyph.ends:
                yield from _ended(states, place)
            if glyph.starts:
                states.append(_State(root, place, 0, 0, 0, 0))
            if states:
                states = step(states, glyph)[:MOST_STATES]
                yield from _stems(states, place + 1)


def _ended(states: list[_State], place: int) -> Iterator[Find]:
    for state in states:
        entry = state.node.word or (state.node.stem if state.least >= OVER_A_SPACE else None)
        if entry and _is_enough(state):
            yield Find(state.start, place, entry)


def _stems(states: list[_State], place: int) -> Iterator[Find]:
    for state in states:
        if state.node.stem and state.least < OVER_A_SPACE and _is_enough(state):
            yield Find(state.start, place, state.node.stem)


def _is_enough(state: _State) -> bool:
    return (
        state.node.depth >= state.least
        and state.letters > 0
        and state.letters * 3 >= state.signs
        and state.letters >= state.jokers
    )


def _moves(states: list[_State], glyph: Glyph) -> list[_State]:
    if glyph.is_plain:
        return _plain_moves(states, glyph.letters)
    moved = list(dict.fromkeys(moved for state in states for moved in _all_moves(state, glyph)))
    return moved if len(moved) <= MOST_STATES else sorted(moved, key=_guesses)


def _guesses(state: _State) -> int:
    return state.jokers * 2 + state.signs


def _plain_moves(states: list[_State], char: str) -> list[_State]:
    """What most glyphs ask for: one reading, the same letter once more or the next."""
    moved = []
    for state in states:
        node = state.node
        if child := node.nexts.get(char):
            moved.append(_State(child, state.start, state.letters + 1, state.signs, state.jokers, state.least))
        if node.char == char:
            moved.append(state)
    return moved


def _all_moves(state: _State, glyph: Glyph) -> Iterator[_State]:
    node, start, letters, signs, jokers, least = state
    nexts = node.nexts
    for char in glyph.letters:
        if child := nexts.get(char):
            yield _State(child, start, letters + 1, signs, jokers, least)
    for char in glyph.twins:
        if child := nexts.get(char):
            yield _State(child, start, letters + 1, signs, jokers, max(least, glyph.twins_from))
    for char in glyph.signs:
        if child := nexts.get(char):
            yield _State(child, start, letters, signs + 1, jokers, least)
    if not node.depth:
        return
    if node.char in glyph.letters or node.char in glyph.twins or node.char in glyph.signs:
        yield state
    if glyph.joker and jokers <= letters and jokers < MOST_JOKERS:
        for child in nexts.values():
            yield _State(child, start, letters, signs, jokers + 1, least)
    if glyph.skippable:
        yield from _over_gap(state, glyph.gap)


def _over_gap(state: _State, gap: int) -> Iterator[_State]:
    """Where a phrase has its space, and inside a word as far as the gap allows."""
    if space := state.node.nexts.get(" "):
        yield state._replace(node=space)
    if gap == 0 or state.node.char == " ":
        yield state
    elif gap < CLOSED and not (gap == OVER_A_SPACE and state.least >= OVER_A_SPACE):
        yield state._replace(least=max(state.least, gap))


def _strict_moves(states: list[_State], glyph: Glyph) -> list[_State]:
    char = glyph.letters[:1]
    moved = [state._replace(node=state.node.nexts[char]) for state in states if char in state.node.nexts]
    if glyph.skippable:
        spaces = ((state, state.node if state.node.char == " " else state.node.nexts.get(" ")) for state in states)
        moved += [state._replace(node=space) for state, space in spaces if space]
    return [state._replace(letters=1) for state in moved]
