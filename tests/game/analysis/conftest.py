import io

import pytest
from django.core.management import call_command


@pytest.fixture
def analyse(tmp_path):
    """Write lines to a file, analyse it and return what was printed and what was said on standard error."""

    def run(*lines, mode="simplified", **options):
        file = tmp_path / "rounds.csv"
        file.write_text("\n".join(lines) + "\n")
        out, err = io.StringIO(), io.StringIO()
        call_command("analyse", str(file), mode=mode, stdout=out, stderr=err, **options)
        return out.getvalue(), err.getvalue()

    return run
