"""The package's exception tree.

ExhibitError
├── WrongTurnError (session.py)  a session was moved where it may not go: a mistake of the program
├── Refused (refusal.py)    a client sent something that is not taken; it is told so
├── WordListError (words/listed.py)  a word for the lists cannot be looked for, or there are too many
└── ExhibitionError         an exhibition's file is not right; whoever starts the server is told so
"""

from __future__ import annotations


class ExhibitError(Exception):
    """Anything that this package raises on purpose."""


class ExhibitionError(ExhibitError):
    """An exhibition's file is not right: which file, where in it, what was expected and what is there."""
