#!/bin/bash
# Make a data folder that follows the primary (PGHOST, PGUSER, PGPASSWORD), unless one exists.
set -euo pipefail
if [ -s "$PGDATA/PG_VERSION" ]; then
    exit 0
fi
copy="$PGDATA.copy"
rm -rf "$copy"
mkdir -p "$(dirname "$PGDATA")"
# The primary keeps its log for this slot while the replica is away.  The slot of an earlier copy is dropped.
psql --quiet --no-psqlrc --no-password --dbname=postgres --output=/dev/null --command="
    SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'replica'"
pg_basebackup --pgdata="$copy" --create-slot --slot=replica --write-recovery-conf --wal-method=stream \
    --checkpoint=fast --no-password
chmod 0700 "$copy"
rm -rf "$PGDATA"
# Renamed at the end, so that an interrupted copy is made again.
mv "$copy" "$PGDATA"
