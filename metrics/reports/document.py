"""A report as sections of sentences, tables and pictures, written as HTML and as Markdown from the same parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string

from metrics.reports.charts import Picture


@dataclass
class Section:
    title: str
    sentences: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    pictures: list[Picture] = field(default_factory=list)


@dataclass
class Sheet:
    title: str
    finding: str
    sections: list[Section]

    def as_html(self) -> str:
        return render_to_string("metrics/sheet.html", {"sheet": self})

    def as_markdown(self) -> str:
        lines = [f"# {self.title}", "", self.finding, ""]
        for section in self.sections:
            lines += [f"## {section.title}", ""]
            for sentence in section.sentences:
                lines += [sentence, ""]
            if section.rows:
                lines += [_row(section.header), _row(["---"] * len(section.header)), *map(_row, section.rows), ""]
            lines += [f"Picture in the HTML form: {picture.alt}.\n" for picture in section.pictures]
        return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
