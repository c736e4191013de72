"""PostgreSQL and Redis that come with the installation and live in one data folder.

Owns: finding the programs, choosing the folders, first-time set-up, start and stop of each server. `postgres.Cluster`
and `redis.Server` serve the supervisor and the test suite alike. Refuses: schema and data (`migrations/`,
`app.demo_data`), restarting what died (`app.supervisor`).
"""
