"""Telling people what waits for them: Slack, Teams, signed webhooks and e-mail.

A message comes in as plain text and leaves in the form of its place, disarmed for that form. Whatever the other side
does, sending ends within seconds and says what came of it; addresses of webhooks are secrets and stand in no sentence.
"""
