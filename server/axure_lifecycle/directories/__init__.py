"""Directories that the product reads by itself: Okta, Entra ID, Google Workspace, AD and LDAP. Read only.

Nothing is imported here: a server that never opens a directory never loads an HTTP client.
"""
