"""What scripted people do, one file per behaviour. Each takes the stage, acts, and remembers what it must."""
