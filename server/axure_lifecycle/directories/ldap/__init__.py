"""Active Directory, OpenLDAP and their like, over verified TLS. Without the extra only `opening` can be imported."""
