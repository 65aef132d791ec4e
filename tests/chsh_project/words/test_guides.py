"""The guide of the lessons names buttons, pages and steps as the screen does, and asks for no command."""

import re
from pathlib import Path

from django.conf import settings

from chsh_project import translations

LESSON = (Path(settings.BASE_DIR) / "docs/lesson.md").read_text(encoding="utf-8")


def test_each_bold_name_stands_on_a_screen() -> None:
    said = {message.id for message in translations.found() if isinstance(message.id, str)}
    names = re.findall(r"\*\*(.+?)\*\*", LESSON)
    assert len(set(names)) > 30
    assert [name for name in names if name not in said] == []


def test_the_lessons_need_no_shell() -> None:
    assert not re.search(r"```|manage\.py|`make |https?://localhost", LESSON)


def test_the_minutes_of_the_short_lesson_are_those_of_its_title() -> None:
    short = LESSON.partition("## 45 minutes")[2].partition("###")[0]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", short, re.MULTILINE))) == 45


def test_the_long_lesson_fits_into_its_time() -> None:
    parts = LESSON.partition("## 90 minutes")[2]
    begins = int(re.findall(r"From minute (\d+) on", parts)[0])
    minutes = re.findall(r"^\| (\d+) \|", parts.partition("###")[0], re.MULTILINE)
    assert len(minutes) == 8 and begins + sum(map(int, minutes)) <= 90
