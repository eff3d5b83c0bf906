"""The reading rules, as data: see README.md beside this file."""
