#!/bin/sh
# Starts a command with the secrets of files in its environment: with_secrets.sh COMMAND…
# systemd hands over the files of LoadCredential= in CREDENTIALS_DIRECTORY; a container mounts them in /run/secrets.
set -eu
secrets=${CREDENTIALS_DIRECTORY:-/run/secrets}
VRP_DB_PASSWORD=$(cat "$secrets/db_password")
export VRP_DB_PASSWORD
exec "$@"
