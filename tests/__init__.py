"""The tests: one file a module, real models and real files."""
