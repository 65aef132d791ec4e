#!/bin/bash
# Runs once, when the data folder is made: allow a replica in the same network to read the log.
set -euo pipefail
echo "host replication all samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
