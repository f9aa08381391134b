"""The console: pages on which people look, confirm and approve. Rendered here, usable without a script."""
