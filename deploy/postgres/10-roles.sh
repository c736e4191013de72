#!/bin/sh
# Makes Kaidian's two roles and its database. The postgres image runs it once, when the data folder is empty.
# The passwords come from the environment, so they stand in no command line.
set -eu
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\set database kaidian
\i /kaidian/roles.sql
SQL
