"""SCIM 2.0 over the store, for identity providers that push whom they want in Axure.

A push is answered at once and changes nothing in Axure: it is kept as a wish, apart from what is known, and people do
the rest. The protocol is the library's; here are the store behind it, what real identity providers send otherwise, and
what becomes of a value that cannot be read.
"""
