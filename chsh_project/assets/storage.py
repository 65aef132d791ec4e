"""Static files with hashed names, so that browsers may cache each of them for ever; a page's script is one file."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from servestatic.storage import CompressedManifestStaticFilesStorage

from chsh_project.assets import bundles

BUNDLED = ("js/", "css/")


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Put bundles in the places of the scripts and stylesheets that pages name."""
        written = InMemoryStorage()
        own = [path for path in paths if path.startswith(BUNDLED) and path.endswith((".js", ".css"))]

        def read(path: str) -> str:
            storage, place = paths[path]
            with storage.open(place) as file:
                return str(file.read().decode())

        texts = {path: read(path) for path in own}
        for path in bundles.entries(own, texts.__getitem__):
            bundle = bundles.script if path.endswith(".js") else bundles.style
            written.save(path, ContentFile(bundle(path, texts.__getitem__)))
            paths[path] = (written, path)
        yield from super().post_process(paths, dry_run=dry_run, **options)
