"""Trains the span reader that ships under `rag/models/`; see README.md for the order of the steps."""
