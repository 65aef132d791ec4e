"""A file is read as declared, or every fault of it is named with its line, field and value."""

import re
from pathlib import Path

import pytest

from game.own_games.declaration import MOST_PLANS, Declaration, read
from game.own_games.fields import LANGUAGES
from game.own_games.files import examples
from game.own_games.source import MOST_BYTES, MOST_FAULTS, MOST_IN_LINE, MOST_PARTS, BadDeclaration

LAMPS = examples()["two_lamps"].source


def faults(text: str) -> list[str]:
    with pytest.raises(BadDeclaration) as refused:
        read(text)
    return refused.value.faults


@pytest.mark.parametrize("name", examples())
def test_the_examples_are_games_with_words_in_every_language(name: str) -> None:
    declared = read(examples()[name].source)
    assert isinstance(declared, Declaration) and set(declared.words) == set(LANGUAGES)


def test_the_guide_links_every_example() -> None:
    guide = Path(__file__).parents[3] / "docs/games.md"
    linked = set(re.findall(r"own_games/examples/(\w+)\.toml", guide.read_text(encoding="utf-8")))
    assert linked == set(examples()) and len(linked) == 5


def test_a_file_is_read_as_it_was_declared() -> None:
    found = read(LAMPS)
    assert [(seat.questions, seat.answers) for seat in found.seats] == [("AB", "RG"), ("XY", "RG")]
    assert [(one.questions, one.weight, one.wins, one.wanted) for one in found.contexts] == [
        ("AX", 1, ("RR", "GG"), "same"),
        ("AY", 2, ("RR", "GG"), ""),
        ("BX", 1, ("RR", "GG"), "same"),
        ("BY", 1, ("RG", "GR"), ""),
    ]
    assert found.words["en"].questions["A"] == "Storm" and found.plans == 16


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('questions = "AB"', 'questions = "Ab"', "line 4: seats[1].questions='Ab': use 1 to 10 different letters"),
        ('answers = "RG"', 'answers = "R"', "line 5: seats[1].answers='R': use 2 to 4 different letters"),
        ('answers = "RG"', 'answers = "R-"', "line 5: seats[1].answers='R-': use 2 to 4 different letters"),
        ('"AX"', '"XX"', "line 12: contexts[1].questions='XX': use one of AB for seat 1 and one of XY for seat 2"),
        ('"AX"', '"AY"', "line 16: contexts[2].questions='AY': stands already as context 1"),
        ("weight = 2", "weight = 0", "line 17: contexts[2].weight=0: use a whole number from 1 to 1000"),
        ("weight = 2", "weight = true", "line 17: contexts[2].weight=True: use a whole number"),
        ("weight = 2", "wait = 2", "line 17: contexts[2].wait=2: unknown; use questions, weight, win"),
        ('win = "same"', 'win = "alike"', "line 13: contexts[1].win='alike': use 'same', 'different', or a list"),
        ('["RR", "GG"]', '["RR", "RX"]', "line 18: contexts[2].win='RX': use some of RR, RG, GR, GG"),
        ('["RR", "GG"]', '["RR", "RR"]', "line 18: contexts[2].win='RR': use some of RR, RG, GR, GG, each once"),
        ('["RR", "GG"]', "[]", "line 18: contexts[2].win=[]: use 'same'"),
        ("[words.en]", "[words.xx]", "words=['de', 'fr', 'xx']: use [words.en], [words.de], [words.fr]"),
        ('name = "Two lamps"', 'name = ""', "words.en.name='': Use 1 to 40 characters"),
        ('name = "Two lamps"', 'name = "\\u202e\\ufffd"', "words.en.name="),
        ('A = "Storm"', "A = 7", "words.en.questions.A=7: use a text in quotes"),
        ('R = "🔴"', 'R = "🦄"', "symbols.answers.R='🦄': use one of"),
        ('R = "🔴"', "R = 7", "symbols.answers.R=7: use one of"),
        ('R = "🔴"', 'Q = "🔴"', "symbols.answers.Q='🔴': unknown; use G, R"),
        ('A = "Storm"', 'Q = "Storm"', "words.en.questions.Q='Storm': unknown; use A, B, X, Y"),
    ],
)
def test_a_fault_is_named_with_its_line_field_and_value(old: str, new: str, fault: str) -> None:
    assert LAMPS.count(old) >= 1
    found = faults(LAMPS.replace(old, new, 1))
    assert any(fault in one for one in found), found


@pytest.mark.parametrize("dimension", ["1", "5", "true", "2.0", "'2'"])
def test_a_dimension_is_a_small_whole_number(dimension: str) -> None:
    assert "use a whole number from 2 to 4" in faults(f"dimension = {dimension}\n" + LAMPS)[0]


def test_the_dimension_follows_the_answers_unless_the_file_has_one() -> None:
    assert read(LAMPS).own_dimension == 2
    assert read("dimension = 4\n" + LAMPS).own_dimension == 4
    assert read(examples()["sum_of_three"].source.replace("dimension = 3", "")).own_dimension == 3


@pytest.mark.parametrize("null", ["9/4", "0", "1", "x", "3/0", "1e-5000", "1e-3", "1/1234567", "0.123456789012", "٣/٤"])
def test_a_null_is_a_fraction_between_0_and_1_of_few_digits(null: str) -> None:
    assert faults(f'null = "{null}"\n' + LAMPS)[0].startswith(f"line 1: null='{null}': use a fraction")


@pytest.mark.parametrize(
    ("null", "read_as"), [("4/5", "4/5"), ("400000/500000", "4/5"), ("0.8", "4/5"), (".75", "3/4")]
)
def test_a_null_may_be_a_decimal(null: str, read_as: str) -> None:
    assert read(f'null = "{null}"\n' + LAMPS).null == read_as


def test_a_long_value_is_shortened_in_its_fault() -> None:
    (fault,) = faults(f'null = "{"9" * 1900}"\n' + LAMPS)
    assert fault.startswith("line 1: null='999") and "..." in fault and len(fault) < 300


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"weight = {'1' * 5000}", "line 1: 'weight = 111"),
        (f"null = 0x{'f' * 5000}", "line 1: 'null = 0xfff"),
        ("#" * (MOST_IN_LINE + 1), f"has {MOST_IN_LINE + 1} characters: use at most {MOST_IN_LINE}"),
        (f"null{'.a' * 900} = 1", f"has 901 parts: use at most {MOST_PARTS}"),
        ("null" + ' . "a.b"' * 100 + " = 1", f"has 101 parts: use at most {MOST_PARTS}"),
        (f"[null{'.a' * MOST_PARTS}]", f"has {MOST_PARTS + 1} parts: use at most {MOST_PARTS}"),
        (f"a = {{ b = 1, null{'.a' * MOST_PARTS} = 1 }}", f"has {MOST_PARTS + 1} parts: use at most {MOST_PARTS}"),
    ],
)
def test_long_lines_and_keys_of_many_parts_are_refused_before_they_are_read(line: str, said: str) -> None:
    (fault,) = faults(f"{line}\n" + LAMPS)
    assert fault.startswith("line 1: ") and said in fault and len(fault) < 300


def test_dots_in_texts_and_comments_are_no_key_and_a_key_of_8_parts_is_read() -> None:
    rules = 'rules = ["1.2.3.4.5.6.7.8.9 = A.B.C.D.E.F.G.H.I.J]"]  # A.B.C.D.E.F.G.H.I.J.'
    text = re.sub(r"(?m)^(\[words\...\])$", rf"\1\n{rules}", LAMPS)
    assert {len(words.rules) for words in read(text).words.values()} == {1}
    assert "unknown" in faults(f"a{'.b' * (MOST_PARTS - 1)} = 1\n" + LAMPS)[0]


def test_a_value_of_many_tables_in_each_other_is_shown_shortened() -> None:
    # The quotes hide the key from the check of lines, which reads no text of several lines.
    hidden = f'null = {{ s = """\n\' """, a{".a" * 970} = 1, b = \'\' }}\n'
    (fault,) = faults(hidden + LAMPS)
    assert fault.startswith("line 1: null={'a': {'a'") and "..." in fault and len(fault) < 300


def test_after_50_faults_nothing_more_of_the_file_is_read() -> None:
    found = faults("".join(f"k{n} = 1\n" for n in range(2000)))
    assert len(found) == MOST_FAULTS + 1 and found[49].startswith("line 50: k49=1: unknown")
    assert found[-1] == "at least 51 faults: these are the first 50"
    assert len(faults("".join(f"k{n} = 1\n" for n in range(49)))) == MOST_FAULTS


def test_languages_with_other_numbers_of_rules_are_refused() -> None:
    text = examples()["chained_three"].source
    shorter = text.replace(', "Alle anderen Paare: Gebt dieselbe Antwort."]', "]")
    (fault,) = faults(shorter)
    assert fault.startswith("line 41: words.de.rules=['A mit Z: Gebt")
    assert fault.endswith("1 here and 2 in en: use as many rules in every language")
    without = re.sub(r"(?m)^rules = \[.A avec.*\n", "", text)
    assert faults(without) == ["line 43: words.fr.rules=[]: 0 here and 2 in en: use as many rules in every language"]


def test_all_faults_are_named_at_once() -> None:
    text = LAMPS.replace("weight = 2", "weight = 0").replace('"AX"', '"XX"').replace('"BX"', '"BZ"')
    assert len(faults(text)) >= 3


@pytest.mark.parametrize("text", ["", "seats = 3", "contexts = []", "[[seats]]\nquestions = 'A'"])
def test_what_is_missing_is_named(text: str) -> None:
    assert any("seats" in one for one in faults(text))


def test_a_file_that_is_no_toml_says_in_which_line() -> None:
    assert faults("a = 1\nb = ?\n")[0].startswith("no TOML") and "line 2" in faults("a = 1\nb = ?\n")[0]
    assert faults("a = " + "[\n" * 5000)[0].startswith("no TOML")


def test_a_question_that_is_never_asked_is_named() -> None:
    text = LAMPS.replace('questions = "AB"', 'questions = "ABC"')
    assert any("no context asks C of this seat" in one for one in faults(text))


def test_a_large_file_and_too_many_plans_are_refused_with_their_size() -> None:
    assert f"use at most {MOST_BYTES}" in faults("#" * (MOST_BYTES + 1))[0]
    letters, others = "ABCDEFGHIJ", "KLMNOPQRST"
    many = "".join(f'[[contexts]]\nquestions = "{a}{b}"\nwin = "same"\n' for a, b in zip(letters, others, strict=True))
    seats = "".join(f'[[seats]]\nquestions = "{q}"\nanswers = "ABC"\n' for q in (letters, others))
    assert f"of which {MOST_PLANS} can be tried" in faults(seats + many + '[words.en]\nname = "Large"\n')[0]


def test_seats_that_share_a_question_share_its_answers() -> None:
    text = LAMPS.replace('questions = "XY"\nanswers = "RG"', 'questions = "AY"\nanswers = "UV"')
    assert any("share a question letter" in one for one in faults(text))


@pytest.mark.parametrize("shown", ["1", "'x'", "[1]", "[[]]", "{ a = 1 }", "false", "1979-05-27", "nan"])
def test_no_form_of_a_field_is_an_error_of_ours(shown: str) -> None:
    """Each part of a file may be anything."""
    for name in ("seats", "contexts", "words", "symbols", "null", "quantum", "dimension"):
        with pytest.raises(BadDeclaration):
            read(f"{name} = {shown}\n")
