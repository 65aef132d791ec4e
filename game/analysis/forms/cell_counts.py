"""
Counts of rounds by pair and answers, as papers and laboratories print them.

A line a pair: `AX,23,3,4,23` in the order TT, TF, FT, FF, or by a header that names the columns; the
table may lie on its side, with a column a pair (x0y0, x0y1, ...) and a line for each way to answer.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from game.analysis.bad_lines import BadLines, Faults
from game.analysis.forms.kinds import ROUNDS_AT_MOST, whole
from game.analysis.forms.labels import answered, answers_of, context_of, has_bits
from game.analysis.found import Found, Group
from game.analysis.spreadsheet import Row, Sheet
from game.games.definition import Definition

ORDER_NOTE = "counts have no order, so lost rounds are taken first: p, watched all along, is then never too small"
_BITS_NOTE = "bits are read as questions in order (x0 is {0}, x1 {1}, y0 {2}, y1 {3}), answers 1 as True and 0 as False"
_TOTALS = ("total", "sum", "n", "summe", "somme")
_TOKEN = re.compile(r"[^\s,;:|]+")
_PAIRS = ("pair", "pairs", "questions", "setting", "settings", "context")
_ANSWERS = ("answers", "answer", "outcome", "outcomes")
_COUNTS = ("count", "counts", "n", "number")
# A line, the pair's label, the answers and the text of the count.
_Entry = tuple[int, str, str, str]
_Counted = tuple[Counter[int], bool]


def matches(sheet: Sheet, game: Definition) -> bool:
    return any(test(sheet, game) for test in (_names_answers, _names_pairs, _is_long, _is_in_order))


def _answer_columns(header: list[str], game: Definition) -> dict[int, str]:
    return {i: answers for i, name in enumerate(header) if (answers := answers_of(name, game))}


def _names_answers(sheet: Sheet, game: Definition) -> bool:
    """Return whether the header names every way to answer, each once."""
    found = [*_answer_columns(sheet.header, game).values()]
    return {*answered(game)} <= {*found} and len({*found}) == len(found)


def _names_pairs(sheet: Sheet, game: Definition) -> bool:
    """Return whether the table lies on its side: the header names a pair a column."""
    return len(sheet.header) > 2 and all(context_of(name, game) for name in sheet.header[1:] if name not in _TOTALS)


def _is_long(sheet: Sheet, game: Definition) -> bool:
    """Return whether a line has a pair, its answers and one count."""
    names = sheet.header
    return len(names) == 3 and names[0] in _PAIRS and names[1] in _ANSWERS and names[2] in _COUNTS


def _is_in_order(sheet: Sheet, game: Definition) -> bool:
    """Return whether the first line names a pair and has counts after it, perhaps too few."""
    tokens = _TOKEN.findall(sheet.first)
    counts = [tokens[n:] for n in (1, len(game.seats)) if context_of("".join(tokens[:n]), game)]
    return any(len(after) > len(game.seats) and after[0][:1].isdecimal() for after in counts)


def read(sheet: Sheet, game: Definition) -> Found:
    faults, forms = Faults(game), {_names_answers: _by_line, _names_pairs: _by_column, _is_long: _by_cell}
    form = next((form for test, form in forms.items() if test(sheet, game)), _in_order)
    counts = _counted(list(form(sheet, game, faults)), game, faults)
    faults.check()
    return _found(game, counts, sheet)


def _by_line(sheet: Sheet, game: Definition, faults: Faults) -> Iterator[_Entry]:
    columns = _answer_columns(sheet.header, game)
    others = [i for i in range(len(sheet.header)) if i not in columns]
    total = next((i for i in others if sheet.header[i] in _TOTALS), None)
    labels = [i for i in others if sheet.header[i] and i != total]
    for row in _full_rows(sheet, faults):
        texts = [row.cells[i] for i in labels]
        label = next((text for text in ("".join(texts[: len(game.seats)]), *texts[:1]) if context_of(text, game)), None)
        if label is None:
            faults.add(row.line, _unknown_pair(" ".join(texts), game))
            continue
        yield from ((row.line, label, answers, row.cells[i]) for i, answers in columns.items())
        if total is not None:
            _check_total(row, total, list(columns), faults)


def _by_cell(sheet: Sheet, game: Definition, faults: Faults) -> Iterator[_Entry]:
    for row in _full_rows(sheet, faults):
        label, said, count = row.cells[:3]
        answers = answers_of(said, game)
        if context_of(label, game) and answers:
            yield row.line, label, answers, count
        else:
            faults.add(
                row.line, _unknown_answers(said, game) if context_of(label, game) else _unknown_pair(label, game)
            )


def _full_rows(sheet: Sheet, faults: Faults) -> Iterator[Row]:
    width = len(sheet.header)
    for row in sheet.rows(faults):
        if len(row.cells) < width or any(map(str.strip, row.cells[width:])):
            faults.add(row.line, ValueError(f"{len(row.cells)} fields: the header has {width}"))
        else:
            yield Row(row.line, [cell.strip() for cell in row.cells])


def _check_total(row: Row, total: int, columns: list[int], faults: Faults) -> None:
    """Refuse a line whose counts do not add up to the total that it gives."""
    try:
        parts, given = sum(whole("count", row.cells[i]) for i in columns), whole("total", row.cells[total])
    except ValueError as error:
        faults.add(row.line, error)
        return
    if parts != given:
        faults.add(row.line, ValueError(f"total={row.cells[total]!r}: the counts of this line add up to {parts}"))


def _by_column(sheet: Sheet, game: Definition, faults: Faults) -> Iterator[_Entry]:
    labels = {i: name for i, name in enumerate(sheet.header) if i and context_of(name, game)}
    for row in _full_rows(sheet, faults):
        answers = answers_of(row.cells[0], game)
        if answers:
            yield from ((row.line, label, answers, row.cells[i]) for i, label in labels.items())
        elif row.cells[0].lower() not in _TOTALS:
            faults.add(row.line, _unknown_answers(row.cells[0], game))


def _in_order(sheet: Sheet, game: Definition, faults: Faults) -> Iterator[_Entry]:
    ways = answered(game)
    sheet.notes.append(f"the counts of each pair are read in the order {', '.join(ways)}")
    for line, text in [(sheet.header_line, sheet.first), *sheet.lines()]:
        tokens = _TOKEN.findall(text)
        while tokens:
            taken = next((n for n in (1, len(game.seats)) if context_of("".join(tokens[:n]), game)), None)
            if taken is None:
                faults.add(line, _unknown_pair(tokens[0], game))
                break
            label, numbers = "".join(tokens[:taken]), tokens[taken : taken + len(ways)]
            if len(numbers) < len(ways):
                faults.add(line, ValueError(f"pair={label!r}: {len(numbers)} counts, use {len(ways)}"))
            yield from ((line, label, *one) for one in zip(ways, numbers, strict=False))
            tokens = tokens[taken + len(ways) :]


def _unknown_pair(label: str, game: Definition) -> ValueError:
    return ValueError(f"pair={label!r}: use one of {', '.join(game.questions)}")


def _unknown_answers(label: str, game: Definition) -> ValueError:
    return ValueError(f"answers={label!r}: use {', '.join(answered(game))}, bits such as a0b1, or ++ to --")


def _counted(entries: list[_Entry], game: Definition, faults: Faults) -> _Counted:
    """Return the rounds of every cell, and whether a pair was named by bits."""
    found, lines = Counter[int](), dict[int, int]()
    for line, label, answers, text in entries:
        context = context_of(label, game) or ""
        code = game.code(context, answers)
        if code in lines:
            faults.add(line, ValueError(f"pair={label!r} {answers} stands already in line {lines[code]}"))
            break
        lines[code] = line
        try:
            found[code] = whole(f"count of {context} {answers}", text)
        except ValueError as error:
            faults.add(line, error)
    return found, any(has_bits(label) for _, label, _, _ in entries)


def _found(game: Definition, counted: _Counted, sheet: Sheet) -> Found:
    """Return the counted rounds, the lost ones first."""
    counts, by_bits = counted
    if counts.total() > ROUNDS_AT_MOST:
        raise BadLines([(sheet.header_line, f"{counts.total()} rounds in all: use at most {ROUNDS_AT_MOST}")])
    others = sorted({*range(len(game.cells))} - {*game.bad_codes, *game.good_codes})
    order = [*game.bad_codes, *others, *game.good_codes]
    codes = np.repeat(order, [counts[code] for code in order]).astype(np.int64)
    asked = {game.cells[code].context for code in counts if counts[code]}
    notes = [*sheet.notes, ORDER_NOTE]
    if by_bits:
        notes.append(_BITS_NOTE.format(*game.letters))
    if missing := [questions for questions in game.questions if questions not in asked]:
        notes.append(f"no round of {', '.join(missing)} is counted")
    unknown, group = np.full(len(codes), math.nan), np.zeros(len(codes), dtype=np.int64)
    return Found(game, codes, group, [Group("", "", "uniform")], unknown, notes=notes)
