"""How much is tried of any input: the same in each `make test`, others, and many more, in `make soak`."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=4000, print_blob=True)
settings.load_profile("same")
