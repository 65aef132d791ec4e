"""A report as sections of sentences, tables and charts, written as HTML and as Markdown from the same parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from metrics.models import Report
from metrics.reports.charts import Chart

NOTHING = "Nothing was recorded in this time: the numbers are not known."


@dataclass
class Section:
    title: str
    sentences: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    charts: Sequence[Chart] = ()


@dataclass
class Document:
    title: str
    finding: str
    sections: list[Section]

    def as_html(self) -> str:
        return render_to_string("metrics/document.html", {"document": self})

    def as_markdown(self) -> str:
        lines = [f"# {self.title}", "", self.finding, ""]
        for section in self.sections:
            lines += [f"## {section.title}", ""]
            for sentence in section.sentences:
                lines += [sentence, ""]
            if section.rows:
                lines += [_row(section.header), _row(["---"] * len(section.header)), *map(_row, section.rows), ""]
            lines += [f"Chart in the HTML form: {chart.alt}.\n" for chart in section.charts]
        return "\n".join(lines)

    def store(self, kind: Report.Kind, since: datetime, until: datetime, figures: dict[str, Any]) -> Report:
        return Report.objects.create(
            kind=kind, since=since, until=until, figures=figures, html=self.as_html(), markdown=self.as_markdown()
        )


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
