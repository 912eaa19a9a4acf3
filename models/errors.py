"""Everything that models refuse, as one tree of exceptions.

ModelError
 +-- EngineError      a runtime that is not installed, or a model file that it cannot load
 |    +-- NotBuiltError    a runtime whose engine of this model has yet to be built, or has to be built anew
 +-- LibraryError     styles.json or a style table that is missing, unreadable, or names the wrong styles
 +-- PaintingError    a picture from which no style can be learned
 +-- FitError         a style that could not be fitted, or was cancelled
 +-- PaintError       frames, weights or strengths of the wrong shape, type or range
 +-- GenerateError    a picture that cannot be made of these words, or was not made
 |    +-- NotUnderstoodError  words of which the model knows none
 |    +-- OutOfMemory         one picture alone is too much for this machine
 +-- FolderError      a folder that is no model, is damaged, or holds what is not taken
"""


class ModelError(Exception):
    """The root: whatever a model could not do."""


class EngineError(ModelError):
    """A runtime is not installed, is not known, or cannot load or run this model."""


class NotBuiltError(EngineError):
    """The runtime works here, but its engine of this model is not there; building it takes seconds to minutes."""


class LibraryError(ModelError):
    """The list of styles, or their table of numbers, cannot be used."""


class PaintingError(ModelError):
    """A picture that is too small, too large, of the wrong kind, or none at all."""


class FitError(ModelError):
    """A style was not fitted to the end."""


class PaintError(ModelError):
    """What was handed over to be painted has the wrong shape, type or range."""


class GenerateError(ModelError):
    """A picture cannot be made of this wish, or its making failed."""


class NotUnderstoodError(GenerateError):
    """The model has a vocabulary of its own, and none of the words is in it."""


class OutOfMemory(GenerateError):  # noqa: N818 -- as the rest of the world says it
    """A batch of a single picture is more than the memory holds."""


class FolderError(ModelError):
    """A model's folder lacks a part, is damaged, names what is not known, or holds what is not taken."""
