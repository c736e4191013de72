-- Roles and database of Kaidian. Run by a superuser; safe to run again.
-- For a PostgreSQL server of your own:
--   psql -v owner_password=… -v app_password=… -v database=kaidian -f roles.sql
-- kaidian_owner owns the database and runs the migrations, which grant kaidian_app its rights on tables. kaidian_app
-- serves requests: neither owner nor superuser, so that row-level security binds it.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

SELECT 'CREATE ROLE kaidian_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kaidian_owner') \gexec
SELECT 'CREATE ROLE kaidian_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kaidian_app') \gexec
ALTER ROLE kaidian_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE kaidian_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';

SELECT format('CREATE DATABASE %I OWNER kaidian_owner', :'database')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO kaidian_app;

\connect :"database"
SET client_min_messages = warning;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO kaidian_owner;
GRANT USAGE ON SCHEMA public TO kaidian_app;
