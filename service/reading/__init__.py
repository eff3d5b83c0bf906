"""Reading: a notice as worded into changes as understood, by rules that anybody can read.

::

    page ─▶ notices ─▶ reading form ─▶ values marked ─▶ phrases matched ─▶ sentences ─▶ drafts ─▶ changes
       segment      text, tables    moments, periods,     rules          clauses,     assemble,  extract
                                    names, stretches                     predications, infer

Reading is local: a value or a phrase is what its words say. Assembling is not: what a sentence leaves out is taken
from what was said before it (memory). Nothing here touches clock, network or disk, but for the rules it is given.
"""
