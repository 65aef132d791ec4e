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
from game.analysis.forms.kinds import whole
from game.analysis.forms.labels import answered, answers_of, context_of, has_bits
from game.analysis.found import Found, Group
from game.analysis.spreadsheet import Row, Sheet
from game.games.definition import Definition

ORDER_NOTE = "counts have no order, so lost rounds are taken first: p, watched all along, is then never too small"
_BITS_NOTE = "bits are read as questions in order (x0 is {0}, x1 {1}, y0 {2}, y1 {3}), answers 1 as True and 0 as False"
_TOTALS = ("total", "sum", "n", "summe", "somme")
_TOKEN = re.compile(r"[^\s,;:|]+")
_ROUNDS_AT_MOST = 20_000_000
_Entry = tuple[int, str, str, str]


def matches(sheet: Sheet, game: Definition) -> bool:
    return _named(sheet.header, game) is not None or _on_its_side(sheet.header, game) or _is_line(sheet.first, game)


def _named(header: list[str], game: Definition) -> dict[int, str] | None:
    """Return the answers by column, if the header names every way to answer."""
    found = {i: answers for i, name in enumerate(header) if (answers := answers_of(name, game))}
    return found if {*answered(game)} <= {*found.values()} and len({*found.values()}) == len(found) else None


def _on_its_side(header: list[str], game: Definition) -> bool:
    return len(header) > 2 and all(context_of(name, game) for name in header[1:] if name not in _TOTALS)


def _is_line(line: str, game: Definition) -> bool:
    """Return whether a line names a pair and has a number for each way to answer."""
    tokens = _TOKEN.findall(line)
    return any(context_of("".join(tokens[:n]), game) and len(tokens) > n + 1 for n in (1, len(game.seats)))


def read(sheet: Sheet, game: Definition) -> Found:
    faults = Faults(game)
    if columns := _named(sheet.header, game):
        entries = list(_by_line(sheet, game, columns, faults))
    elif _on_its_side(sheet.header, game):
        entries = list(_by_column(sheet, game, faults))
    else:
        entries = list(_in_order(sheet, game, faults))
    counts = _counted(entries, game, faults)
    faults.check()
    return _found(game, counts, sheet)


def _by_line(sheet: Sheet, game: Definition, columns: dict[int, str], faults: Faults) -> Iterator[_Entry]:
    labels = [i for i, name in enumerate(sheet.header) if i not in columns and name and name not in _TOTALS]
    total = next((i for i, name in enumerate(sheet.header) if name in _TOTALS and i not in columns), None)
    for row in _full_rows(sheet, faults):
        context = context_of("".join(row.cells[i] for i in labels[: len(game.seats)]), game)
        context = context or context_of(row.cells[labels[0]] if labels else "", game)
        if context is None:
            faults.add(row.line, _unknown_pair("".join(row.cells[i] for i in labels), game))
            continue
        yield from ((row.line, context, answers, row.cells[i]) for i, answers in columns.items())
        if total is not None:
            _check_total(row, total, list(columns), faults)


def _full_rows(sheet: Sheet, faults: Faults) -> Iterator[Row]:
    width = len(sheet.header)
    for row in sheet.rows(faults):
        if len(row.cells) < width or any(row.cells[width:]):
            faults.add(row.line, ValueError(f"{len(row.cells)} fields: the header has {width}"))
        elif any(row.cells):
            yield row


def _check_total(row: Row, total: int, columns: list[int], faults: Faults) -> None:
    try:
        parts, given = sum(whole("count", row.cells[i]) for i in columns), whole("total", row.cells[total])
    except ValueError:
        return
    if parts != given:
        faults.add(row.line, ValueError(f"{sheet_name(row, total)}: the counts of this line add up to {parts}"))


def sheet_name(row: Row, total: int) -> str:
    return f"total={row.cells[total]!r}"


def _by_column(sheet: Sheet, game: Definition, faults: Faults) -> Iterator[_Entry]:
    contexts = {i: context for i, name in enumerate(sheet.header) if i and (context := context_of(name, game))}
    for row in _full_rows(sheet, faults):
        answers = answers_of(row.cells[0], game)
        if answers is None:
            if row.cells[0].lower() not in _TOTALS:
                names = ", ".join(answered(game))
                faults.add(
                    row.line, ValueError(f"answers={row.cells[0]!r}: use {names}, bits such as a0b1, or ++ to --")
                )
            continue
        yield from ((row.line, context, answers, row.cells[i]) for i, context in contexts.items())


def _in_order(sheet: Sheet, game: Definition, faults: Faults) -> Iterator[_Entry]:
    ways = answered(game)
    sheet.notes.append(f"the counts of each pair are read in the order {', '.join(ways)}")
    first = [(sheet.header_line, sheet.first)]
    for line, text in [*first, *sheet.lines()]:
        tokens = _TOKEN.findall(text)
        while tokens:
            taken = next((n for n in (1, len(game.seats)) if context_of("".join(tokens[:n]), game)), None)
            if taken is None:
                faults.add(line, _unknown_pair(tokens[0], game))
                break
            context, numbers = context_of("".join(tokens[:taken]), game) or "", tokens[taken : taken + len(ways)]
            if len(numbers) < len(ways):
                faults.add(line, ValueError(f"pair={context!r}: {len(numbers)} counts, use {len(ways)}"))
            yield from ((line, context, *one) for one in zip(ways, numbers, strict=False))
            tokens = tokens[taken + len(ways) :]


def _unknown_pair(label: str, game: Definition) -> ValueError:
    return ValueError(f"pair={label!r}: use one of {', '.join(game.questions)}")


def _counted(entries: list[_Entry], game: Definition, faults: Faults) -> Counter[int]:
    found, lines = Counter[int](), dict[int, int]()
    for line, context, answers, text in entries:
        code = game.code(context, answers)
        if lines.setdefault(code, line) != line or code in found:
            faults.add(line, ValueError(f"pair={context!r} stands already in line {lines[code]}: give each pair once"))
            return found
        try:
            found[code] = whole(f"count of {context} {answers}", text)
        except ValueError as error:
            faults.add(line, error)
    return found


def _found(game: Definition, counts: Counter[int], sheet: Sheet) -> Found:
    """Return the counted rounds, the lost ones first."""
    if counts.total() > _ROUNDS_AT_MOST:
        raise BadLines([(sheet.header_line, f"{counts.total()} rounds in all: use at most {_ROUNDS_AT_MOST}")])
    worst_first = [
        *game.bad_codes,
        *({*range(len(game.cells))} - {*game.bad_codes, *game.good_codes}),
        *game.good_codes,
    ]
    codes = np.repeat(worst_first, [counts[code] for code in worst_first]).astype(np.int64)
    missing = [
        questions
        for questions in game.questions
        if not any(counts[game.codes[cell]] for cell in game.cells if cell.context == questions)
    ]
    notes = [*sheet.notes, ORDER_NOTE]
    if any(map(has_bits, sheet.header)) or has_bits(_TOKEN.findall(sheet.first)[0]):
        notes.append(_BITS_NOTE.format(*game.letters))
    if missing:
        notes.append(f"no round of {', '.join(missing)} is counted")
    group = np.zeros(len(codes), dtype=np.int64)
    return Found(game, codes, group, [Group("", "", "uniform")], np.full(len(codes), math.nan), Counter(), notes)
