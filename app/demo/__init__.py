"""The demo class: a few learners with stores, a lecturer, a running clock. Every person in it is invented."""
