"""tollfeed: prose in, dependable feeds out.

::

             rules/*.yaml                      tables                      one file per format
                  │                               │                                │
 source ─Notice─▶ extract ──Change──▶ revise ─Revision─▶ store ─Feed─▶ publish ─bytes─▶ web / files
   I/O             pure                pure       I/O                   pure            I/O
          └─────────────── poll: the one function that sees them all ───┘

Only the ends touch clock, network, disk or environment; ``now`` is an argument everywhere.
"""
