"""Decisions only: no input or output, no clock, no logging, no pydantic."""
