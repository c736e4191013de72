#!/bin/sh
# Starts the worker of one queue: deploy/worker.sh sim|work. The options are those of app/commands/processes.py.
set -eu
queue=${1:?sim or work}
case $queue in sim) threads=32 ;; *) threads=4 ;; esac
exec python -m celery -A app.worker:celery_app worker -Q "$queue" -n "$queue@%h" -P threads -c "$threads" -l INFO -I app.background \
  --without-gossip --without-mingle --without-heartbeat
