"""The versions, in order. A released one never changes."""
