#!/bin/sh
# Starts the worker of one queue: deploy/worker.sh sim|work. The options are those of app/commands/processes.py.
set -eu
queue=${1:?sim or work}
exec python -m celery -A app.worker:celery_app worker -Q "$queue" -n "$queue@%h" -P threads -c 4 -l INFO -I app.background \
  --without-gossip --without-mingle --without-heartbeat
