"""Everything that models refuse, as one tree of exceptions.

ModelError
 +-- EngineError      a runtime that is not installed, or a model file that it cannot load
 |    +-- NotBuiltError    a runtime whose engine of this model has yet to be built, or has to be built anew
 +-- LibraryError     styles.json or a style table that is missing, unreadable, or names the wrong styles
 +-- PaintingError    a picture from which no style can be learned
 +-- FitError         a style that could not be fitted, or was cancelled
 +-- PaintError       frames, weights or strengths of the wrong shape, type or range
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
