#!/bin/bash
# Run once, when the data folder is made: let a replica of the same network read the log.
set -euo pipefail
echo "host replication all samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
