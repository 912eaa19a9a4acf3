"""What people are told of the model that makes pictures, read from its folder without opening it. Imports no engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.generate.facts import ModelFacts
from models.generate.settings import read_facts
from models.generate.shelf import Shelf
from models.generate.stub import StubGenerator
from models.generate.vocabulary import Vocabulary
from server.dreamer.settings import DreamerSettings

LANGUAGES = ("en", "zh-Hans", "ar", "de", "fr", "es")  # that words are told in
STUB = "stub"


def facts_of(settings: DreamerSettings) -> dict[str, Any]:
    """The facts of the model that is configured, as JSON values. Raises ModelError where it is not there or damaged."""
    if settings.runtime == STUB:
        return as_json(StubGenerator(name=settings.model).facts)
    return as_json(read_facts(Shelf(Path(settings.shelf)).path(settings.model)))


def as_json(facts: ModelFacts) -> dict[str, Any]:
    """The facts of a model, with the words that it knows by their kinds, as JSON values."""
    return {
        "name": facts.name,
        "title": facts.title,
        "licence": facts.licence,
        "non_commercial": facts.non_commercial,
        "training_data": facts.training_data,
        "vocabulary": _vocabulary(facts.vocabulary) if facts.vocabulary is not None else None,
    }


def _vocabulary(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Every word, by its kind, with what it is called in each language."""

    def word_of(word: str) -> dict[str, Any]:
        return {"word": word, "labels": {tag: vocabulary.label(word, tag) for tag in LANGUAGES}}

    return [{"kind": kind, "words": list(map(word_of, vocabulary.words(kind)))} for kind in vocabulary.kinds]
