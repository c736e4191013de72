"""Journeys in a real browser, named by their story; each leaves pictures in `var/screenshots`."""
