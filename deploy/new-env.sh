#!/bin/bash
# Write .env for docker-compose.yml: passwords are made up, and the address that players open decides about TLS.
#   bash deploy/new-env.sh https://game.example     public: Caddy gets a certificate; ports 80 and 443 must be reachable
#   bash deploy/new-env.sh http://192.168.1.5:8000  a LAN or this machine: plain http, bound to that address
set -euo pipefail
url=${1:-}
file=${2:-.env}
if [ -e "$file" ]; then
    echo "$file is there already, and its passwords are in use: change lines of it by hand." >&2
    exit 1
fi
if ! [[ $url =~ ^(https?)://([A-Za-z0-9.-]+)(:([0-9]+))?/?$ ]]; then
    echo "'$url' is no address: write https://game.example or http://192.168.1.5:8000." >&2
    exit 2
fi
scheme=${BASH_REMATCH[1]} host=${BASH_REMATCH[2]} port=${BASH_REMATCH[4]}
private='^(localhost|127\.[0-9.]+|10\.[0-9.]+|192\.168\.[0-9.]+|172\.(1[6-9]|2[0-9]|3[01])\.[0-9.]+)$'
if [ "$scheme" = http ] && ! [[ $host =~ $private ]]; then
    echo "$url would send passwords and cookies in the clear: use https://$host, or an address of your LAN." >&2
    exit 2
fi
if [ "$scheme" = https ] && [ -n "$port" ]; then
    echo "$url: certificates are made for port 443 only; write https://$host, or use a certificate of your own." >&2
    exit 2
fi
umask 077
{
    for name in SECRET_KEY POSTGRES_PASSWORD VALKEY_PASSWORD METRICS_TOKEN GRAFANA_PASSWORD; do
        echo "$name=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
    done
    echo "ALERT_WEBHOOK="  # the address that gets alerts, for --profile alerts
    echo "PUBLIC_URL=$scheme://$host${port:+:$port}"
    if [ "$scheme" = https ]; then
        printf '%s\n' "DOMAIN=$host" COMPOSE_PROFILES=tls HTTPS=1 "ALLOWED_HOSTS=$host"
    else
        printf '%s\n' "HTTP_ADDRESS=${host/localhost/127.0.0.1}" "PORT=${port:-80}"
    fi
} > "$file"
echo "$file is written: start with docker compose up --build --detach"
