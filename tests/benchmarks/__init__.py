"""How fast reading, publishing and serving are; ``python -m tests.benchmarks`` prints it beside its limits."""
