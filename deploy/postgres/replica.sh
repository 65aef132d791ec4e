#!/bin/bash
# Make a data folder that follows the primary (PGHOST, PGUSER, PGPASSWORD), unless there is one.
set -euo pipefail
if [ -s "$PGDATA/PG_VERSION" ]; then
    exit 0
fi
copy="$PGDATA.copy"
rm -rf "$copy"
mkdir -p "$(dirname "$PGDATA")"
# The primary keeps its log for this slot while the replica is away.  One from an earlier copy is of no use to this one.
psql --quiet --no-psqlrc --no-password --dbname=postgres --output=/dev/null --command="
    SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'replica'"
pg_basebackup --pgdata="$copy" --create-slot --slot=replica --write-recovery-conf --wal-method=stream \
    --checkpoint=fast --no-password
chmod 0700 "$copy"
rm -rf "$PGDATA"
# Renamed at the end: a copy that was interrupted is made again.
mv "$copy" "$PGDATA"
