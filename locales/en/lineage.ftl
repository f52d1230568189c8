lineage-heading = { $n ->
    [one] The tree of one variant
   *[other] The tree of { $n } variants
  }
lineage-published = { $n ->
    [0] Nothing of it is out yet.
    [one] One publication is out.
   *[other] { $n } publications are out.
  }
lineage-stale-count = { $n ->
    [one] One is stale: its parent changed after it.
   *[other] { $n } are stale: their parents changed after them.
  }
lineage-idea = Idea
lineage-no-idea = no idea is kept for it
lineage-run = Run
lineage-hand = Written by a person
lineage-stale = stale: the parent changed
lineage-views = { $n } views
lineage-hooked = { $n } % hook rate
lineage-simulated = simulated
