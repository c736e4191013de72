"""What can be wrong with a machine, and how to mend it. Each check looks at one thing and changes nothing."""
