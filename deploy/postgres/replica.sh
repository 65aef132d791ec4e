#!/bin/bash
# Make a data folder that follows the primary (PGHOST, PGUSER, PGPASSWORD), unless there is one.
set -euo pipefail
if [ -s "$PGDATA/PG_VERSION" ]; then
    exit 0
fi
copy="$PGDATA.copy"
rm -rf "$copy"
mkdir -p "$(dirname "$PGDATA")"
pg_basebackup --pgdata="$copy" --write-recovery-conf --wal-method=stream --checkpoint=fast --no-password
chmod 0700 "$copy"
rm -rf "$PGDATA"
# Renamed at the end: a copy that was interrupted is made again.
mv "$copy" "$PGDATA"
