"""What each verb of the `kaidian` command does; `app.cli` parses their options."""
