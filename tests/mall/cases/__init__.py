"""Cases of the e-commerce reference §5, each named after the fault it keeps away."""
