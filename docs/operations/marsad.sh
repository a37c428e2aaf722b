#!/bin/sh
# The service's own marsad for whoever operates it, wherever they stand: /usr/local/bin/marsad
# Called by root it runs as the service's user with the service's secrets, so that it leaves nothing behind that the service cannot open.
export MARSAD_CONFIG="${MARSAD_CONFIG:-/srv/marsad/config}"
if [ "$(id -u)" != 0 ]; then
  exec /srv/marsad/.venv/bin/marsad "$@"
fi
umask 027 # the archive is nobody else's; a web server in the group may read the editions
if [ -r /etc/marsad/secrets ]; then
  # NAME=value lines, in quotes or without, as systemd reads them. Nothing in them is run.
  while IFS= read -r line || [ -n "$line" ]; do
    name=${line%%=*} value=${line#*=}
    case $name in "$line" | "" | [0-9]* | *[!A-Za-z0-9_]*) continue ;; esac
    case $value in \"*\" | \'*\') value=${value#?} value=${value%?} ;; esac
    export "$name=$value"
  done </etc/marsad/secrets
fi
exec runuser -u marsad -- /srv/marsad/.venv/bin/marsad "$@"
