"""How the tables came to be: one file per version, run by ``database`` when it opens an older one."""
