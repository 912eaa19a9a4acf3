"""What a model understands of a visitor's words, in the languages of its labels."""

import json
import shutil
from pathlib import Path

import pytest

from models.errors import ModelError
from models.generate.colours import COLOURS
from models.generate.measure import WORDS
from models.generate.vocabulary import KINDS, LARGEST_FILE_BYTES, LONGEST_TEXT, Reading, Vocabulary, VocabularyError

SHIPPED = Path(__file__).parents[3] / "models/generate/weights/pigment/vocabulary.json"
LANGUAGES = ("en", "zh-Hans", "ar", "de", "fr", "es")


@pytest.fixture(scope="module")
def shipped():
    return Vocabulary.load(SHIPPED)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("a dark stormy sea in blue and gold, in the manner of Turner", "dark stormy sea blue gold turner"),
        ("Thick strokes, VAN GOGH'S cypresses", "coarse van gogh cypress"),
        ("ein dunkles, stürmisches Meer in Blau", "dark stormy sea blue"),
        ("GRÜN und weiß", "green white"),
        ("une mer orageuse, des montagnes bleues", "sea stormy mountains blue"),
        ("montañas rojas y un árbol verde", "mountains red tree green"),
        ("暴风雨的大海和金色的月亮", "stormy sea gold moon"),
        ("بحر أزرق وشمس ذهبية", "sea blue sun"),
        ("ukiyo-e waves; still life", "woodcut waves still life"),
        ("ｂｌｕｅ", "blue"),
    ],
)
def test_it_reads_sentences_in_the_languages_of_its_labels(shipped, text, understood):
    assert shipped.read(text).prompt == understood


def test_a_word_counts_once_and_unknown_words_are_told(shipped):
    reading = shipped.read("a blue dog in azul, blue, with a Dog and a spaceship")
    assert reading == Reading(("blue",), ("dog", "Dog", "spaceship"), "blue")


def test_chinese_that_means_nothing_to_it_is_told_in_whole_runs(shipped):
    assert shipped.read("蓝色的恐龙和大海").unknown == ("恐龙",)


@pytest.mark.parametrize("text", ["", "   ", "the of and", "!?… 😀", "\u202e\u200b"])
def test_nothing_is_understood_of_nothing(shipped, text):
    assert shipped.read(text) == Reading((), (), "")


def test_a_text_that_is_too_long_is_refused(shipped):
    with pytest.raises(VocabularyError, match=f"at most {LONGEST_TEXT} characters, got 501"):
        shipped.read("a" * 501)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_read_as_its_own_word(shipped, language):
    words = [word for kind in shipped.kinds for word in shipped.words(kind)]
    assert {word: shipped.read(shipped.label(word, language)).prompt for word in words} == {
        word: word for word in words
    }


def test_every_synonym_means_one_word_of_the_vocabulary(shipped):
    raw = json.loads(SHIPPED.read_text(encoding="utf-8"))
    lost = [name for facts in raw.values() for name in facts["also"] if not shipped.read(name).understood]
    assert lost == []


def test_it_knows_more_than_a_hundred_words_of_every_kind_and_all_that_is_measured(shipped):
    assert shipped.kinds == KINDS
    assert 120 <= len(shipped) <= 180
    assert set(shipped.words("colour")) == set(COLOURS)
    assert all(word in shipped for word in WORDS)
    assert shipped.kind("van gogh") == "manner"


def test_labels_fall_back_to_the_language_then_to_english(shipped):
    assert shipped.label("sea", "de-AT") == "Meer"
    assert shipped.label("sea", "zh") == "大海"
    assert shipped.label("sea", "tlh") == "sea"


def test_words_and_kinds_that_are_none_are_refused(shipped):
    with pytest.raises(VocabularyError, match="expected a word of the vocabulary, got 'dog'"):
        shipped.label("dog", "en")
    with pytest.raises(VocabularyError, match="expected a kind of colour, light"):
        shipped.words("smell")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[]", "expected an object of words"),
        ("{", "is not JSON"),
        ('{"red": 1}', "'red': expected kind, also and labels"),
        ('{"red": {"kind": "smell", "also": [], "labels": {}}}', "'red': expected a kind of"),
        ('{"red": {"kind": "colour", "also": "rot", "labels": {}}}', "'red': expected a kind of"),
        ('{"red": {"kind": "colour", "also": [""], "labels": {}}}', "names as text"),
        (" " * (LARGEST_FILE_BYTES + 1), "expected at most"),
    ],
)
def test_a_damaged_vocabulary_is_refused_with_what_is_wrong(tmp_path, content, complaint):
    path = tmp_path / "vocabulary.json"
    path.write_text(content)
    with pytest.raises(ModelError, match=complaint):
        Vocabulary.load(path)


def test_a_missing_vocabulary_is_named(tmp_path):
    with pytest.raises(VocabularyError, match=r"expected a vocabulary at .*vocabulary\.json"):
        Vocabulary.load(tmp_path / "vocabulary.json")


def test_it_may_lie_anywhere(tmp_path):
    shutil.copyfile(SHIPPED, tmp_path / "other.json")
    assert len(Vocabulary.load(tmp_path / "other.json")) > 100
